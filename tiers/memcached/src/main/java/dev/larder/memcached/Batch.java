package dev.larder.memcached;

import dev.larder.protocol.memcached.Reply;
import dev.larder.protocol.memcached.Request;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Commands for one or more servers that are sent in one go: one write to each server, one round trip for all. Those for one
 * server are carried out in the order they were added. For one thread until it is sent.
 */
final class Batch {
    /** What goes to one server. */
    private static final class Part {
        final List<Request> requests = new ArrayList<>();
        final CompletableFuture<List<Reply>> replies = new CompletableFuture<>();
    }

    /** Where one command's reply will be, once the batch is answered. */
    record Slot(CompletableFuture<List<Reply>> replies, int index) {
        /** The reply to a meta command; a refusal is thrown as a {@link dev.larder.failure.TierException}. */
        Reply.Meta meta() {
            if (reply() instanceof Reply.Meta meta) {
                return meta;
            }
            throw Trouble.refused(reply());
        }

        Reply reply() {
            return replies.join().get(index);
        }
    }

    private final Map<Session, Part> parts = new LinkedHashMap<>();

    /** Adds a command. */
    Slot add(Session session, Request request) {
        Part part = parts.computeIfAbsent(session, server -> new Part());
        part.requests.add(request);
        return new Slot(part.replies, part.requests.size() - 1);
    }

    /** Whether nothing in it is for another server than that of {@code session}. */
    boolean isFor(Session session) {
        return parts.keySet().stream().allMatch(each -> each == session);
    }

    /** Sends everything; completes when all is done, and fails where a server did not answer or refused a command. */
    CompletableFuture<Void> send() {
        return sendAnyway().thenAccept(done -> {
            for (Part part : parts.values()) {
                for (Reply reply : part.replies.join()) {
                    if (reply instanceof Reply.Failure) {
                        throw Trouble.refused(reply);
                    }
                }
            }
        });
    }

    /** As {@link #send()}, where it is no failure that a server refused a command. */
    CompletableFuture<Void> sendAnyway() {
        List<CompletableFuture<List<Reply>>> answers = new ArrayList<>();
        parts.forEach((session, part) -> {
            answers.add(part.replies);
            var unused = session.send(part.requests).whenComplete((replies, failure) -> {
                if (failure != null) {
                    part.replies.completeExceptionally(failure);
                } else {
                    part.replies.complete(replies);
                }
            });
        });
        return CompletableFuture.allOf(answers.toArray(CompletableFuture<?>[]::new));
    }
}
