package dev.larder.redis;

import dev.larder.tier.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One process's view of the generations of one cache, or of one partition of it: a guess that saves a round trip.
 *
 * <p>It need not be right. Each step checks it in Redis and does nothing where it is wrong; then {@link #after} reads a new
 * one and the step is tried again. So it has no age and no time-out, and a switch takes effect everywhere at once. But it is
 * only good for the server it was read from: before one is read from another server, or from one that was restarted, that
 * server is told what it may lack.
 *
 * <p>Thread-safe: the state is volatile and changed under this object's lock, under which nothing is sent.
 */
final class Generations {
    /** One question to Redis, told from another by its identity. */
    private static final class Reading {
        final String server;
        final CompletableFuture<View> answer = new CompletableFuture<>();

        Reading(String server) {
            this.server = server;
        }
    }

    private final Keyspace keys;
    private final Function<Session, CompletionStage<?>> telling;
    private final Function<View, CompletionStage<?>> covering;
    private volatile @Nullable View view;
    private volatile String told = "";
    private @Nullable Reading reading;

    /** {@code telling} brings a server up to date; {@code covering} must be done with a view before it is used. */
    Generations(
            Keyspace keys, Function<Session, CompletionStage<?>> telling, Function<View, CompletionStage<?>> covering) {
        this.keys = keys;
        this.telling = telling;
        this.covering = covering;
    }

    /** The view for {@code session}, or null before the first. One volatile read. */
    @Nullable View known(Session session) {
        View latest = view;
        return latest != null && latest.server().equals(session.server()) ? latest : null;
    }

    /** Whether the server of {@code session} is the last that was brought, or is being brought, up to date. */
    boolean isOn(Session session) {
        return told.equals(session.server());
    }

    /** A view other than {@code wrong}, or the first; callers that ask at once share one question. */
    CompletionStage<View> after(Session session, @Nullable View wrong) {
        Reading mine = new Reading(session.server());
        Reading shared;
        synchronized (this) {
            View latest = known(session);
            if (latest != null && !latest.equals(wrong)) {
                return CompletableFuture.completedFuture(latest);
            }
            if (reading == null || !reading.server.equals(mine.server)) {
                reading = mine;
            }
            shared = reading;
        }
        if (shared == mine) {
            begin(session, mine);
        }
        return shared.answer;
    }

    private void begin(Session session, Reading mine) {
        boolean knows = told.equals(mine.server);
        told = mine.server; // first: what is invalidated elsewhere from now on is not what this server is told
        CompletionStage<?> ready = knows ? CompletableFuture.completedFuture(null) : telling.apply(session);
        CompletionStage<View> covered = ready.thenCompose(done -> read(session, keys))
                .thenCompose(read -> covering.apply(read).thenApply(done -> read));
        var unused = covered.whenComplete((read, failure) -> {
            synchronized (this) {
                if (reading == mine) {
                    reading = null;
                    view = read; // after a failure nothing is known: the next step asks again
                    told = failure == null || knows ? told : "";
                }
            }
            if (failure == null) {
                mine.answer.complete(read);
            } else {
                mine.answer.completeExceptionally(failure);
            }
        });
    }

    /** What the server of {@code session} says now. */
    static CompletionStage<View> read(Session session, Keyspace keys) {
        return session.list(Script.VIEW, List.of(keys.current(), keys.next()), Tokens.next())
                .thenApply(reply -> {
                    Object next = reply.get(1);
                    String current = text((byte[]) Objects.requireNonNull(reply.get(0)));
                    return new View(session.server(), current, next == null ? null : text((byte[]) next));
                });
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
