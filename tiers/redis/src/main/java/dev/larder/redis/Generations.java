package dev.larder.redis;

import dev.larder.tier.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One process's view of one cache's generations: a guess that saves a round trip.
 *
 * <p>It need not be right. Each step checks it in Redis and does nothing where it is wrong; then {@link #after} reads a new
 * one and the step is tried again. So it has no age and no time-out, and a switch takes effect everywhere at once.
 *
 * <p>Thread-safe: the state is volatile and changed under this object's lock, under which nothing is sent.
 */
final class Generations {
    /** One question to Redis, told from another by its identity. */
    private static final class Reading {
        final CompletableFuture<View> answer = new CompletableFuture<>();
    }

    private final Keyspace keys;
    private volatile @Nullable View view;
    private @Nullable Reading reading;

    Generations(Keyspace keys) {
        this.keys = keys;
    }

    /** The view, or null before the first. One volatile read. */
    @Nullable View known() {
        return view;
    }

    /** A view other than {@code wrong}, or the first; callers that ask at once share one question. */
    CompletionStage<View> after(Session session, @Nullable View wrong) {
        Reading mine = new Reading();
        Reading shared;
        synchronized (this) {
            View latest = view;
            if (latest != null && !latest.equals(wrong)) {
                return CompletableFuture.completedFuture(latest);
            }
            if (reading == null) {
                reading = mine;
            }
            shared = reading;
        }
        if (shared == mine) {
            read(session, mine);
        }
        return shared.answer;
    }

    private void read(Session session, Reading mine) {
        var unused = session.list(Script.VIEW, List.of(keys.current(), keys.next()), Tokens.next())
                .whenComplete((reply, failure) -> {
                    View read = failure == null ? view(reply) : null;
                    synchronized (this) {
                        reading = null;
                        view = read; // after a failure nothing is known: the next step asks again
                    }
                    if (read != null) {
                        mine.answer.complete(read);
                    } else {
                        mine.answer.completeExceptionally(failure);
                    }
                });
    }

    private static View view(List<@Nullable Object> reply) {
        Object next = reply.get(1);
        return new View(text((byte[]) Objects.requireNonNull(reply.get(0))), next == null ? null : text((byte[]) next));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
