package dev.larder.redis;

import dev.larder.failure.TierException;
import dev.larder.tier.Tokens;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A part of a cache that has a generation of its own, all in one hash slot; the whole cache where there is one server.
 * Thread-safe.
 *
 * <p>Takes steps, each in the generation that this process believes in, on whichever server has the slot. Redis checks the
 * generation within the step, see {@link Script}; where another process has switched meanwhile the step is tried again with
 * a new view, up to fifty times, for which somebody must clear as fast as he can.
 */
final class Partition {
    private static final int MAX_KEYS_VOIDED_AT_ONCE = 250;
    private static final int MAX_TRIES = 50;
    private static final long MOVED = -1;

    /** Hears of each view before a step is taken with it; the step waits for the stage. */
    @FunctionalInterface
    interface Covering {
        CompletionStage<?> cover(Partition partition, View view);
    }

    /** One step in the generation of a view; its stage fails with {@link MovedException} where the view was wrong. */
    @FunctionalInterface
    interface Step<T extends @Nullable Object> {
        CompletionStage<T> take(Session session, View view);
    }

    /** Says that a step was taken in a generation that is not the one in use. */
    static final class MovedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MovedException() {
            super("the cache's generation changed too often while it was used", null, false, false);
        }
    }

    private final Servers servers;
    private final Keyspace keys;
    private final int slot;
    private final RecentInvalidations<Partition> recent;
    private final Generations generations;

    Partition(Servers servers, Keyspace keys, RecentInvalidations<Partition> recent, Covering covering) {
        this.servers = servers;
        this.keys = keys;
        this.slot = keys.slot();
        this.recent = recent;
        this.generations = new Generations(keys, this::tell, view -> covering.cover(this, view));
    }

    Keyspace keys() {
        return keys;
    }

    int slot() {
        return slot;
    }

    /** Takes a step. */
    <T extends @Nullable Object> CompletionStage<T> run(Step<T> step) {
        return servers.call(slot, session -> attempt(session, null, step, 1));
    }

    /** Makes a call that needs no view, once the server knows all it must. */
    <T extends @Nullable Object> CompletionStage<T> call(Function<Session, CompletionStage<T>> call) {
        return servers.call(
                slot,
                session -> generations.known(session) != null
                        ? call.apply(session)
                        : generations.after(session, null).thenCompose(view -> call.apply(session)));
    }

    private <T extends @Nullable Object> CompletionStage<T> attempt(
            Session session, @Nullable View wrong, Step<T> step, int tries) {
        View known = wrong == null ? generations.known(session) : null;
        return known != null
                ? take(session, known, step, tries)
                : generations.after(session, wrong).thenCompose(view -> take(session, view, step, tries));
    }

    private <T extends @Nullable Object> CompletionStage<T> take(Session session, View view, Step<T> step, int tries) {
        return step.take(session, view).exceptionallyCompose(failure -> {
            if (Session.unwrap(failure) instanceof MovedException && tries < MAX_TRIES) {
                return attempt(session, view, step, tries + 1);
            }
            return CompletableFuture.failedFuture(failure);
        });
    }

    /** Whether the envelope of a key's value begins with {@code header}. */
    CompletionStage<Boolean> holds(String escapedKey, byte[] header) {
        return run((session, view) -> session.redis()
                .getrange(keys.value(view.current(), escapedKey), 0, StoredValue.DIGITS + header.length - 1)
                .thenApply(start -> StoredValue.hasHeader(start, header)));
    }

    /** Removes values and leases. */
    CompletionStage<@Nullable Void> invalidate(Collection<String> escapedKeys) {
        return run((session, view) ->
                invalidate(session, view, escapedKeys).thenApply(done -> invalidated(session, escapedKeys)));
    }

    /** Notes what a server acknowledged. */
    @Nullable Void invalidated(Session session, Collection<String> escapedKeys) {
        recent.invalidated(this, escapedKeys);
        mustBeOn(session);
        return null;
    }

    /** Notes the change of a tag that a server acknowledged; gives its reading. */
    long tagChanged(Session session, long reading) {
        recent.tagChanged(this, reading);
        mustBeOn(session);
        return reading;
    }

    /** The server that took its place may have been told without what this one acknowledged. */
    private void mustBeOn(Session session) {
        if (!generations.isOn(session)) {
            throw new TierException("the server was replaced while it was told", null);
        }
    }

    private CompletionStage<@Nullable Void> invalidate(Session session, View view, Collection<String> escapedKeys) {
        List<CompletableFuture<Boolean>> sent = new ArrayList<>();
        for (List<String> part : parts(List.copyOf(escapedKeys), MAX_KEYS_VOIDED_AT_ONCE)) {
            sent.add(isOne(session.number(
                    Script.INVALIDATE, both(view, part), view.current(), view.nextOrNone(), RedisRebuild.MAX_MILLIS)));
        }
        return Session.all(sent);
    }

    /** Makes all entries void: names another generation. */
    CompletionStage<Void> clear(String generation) {
        return call(session -> clear(session, generation));
    }

    private CompletionStage<Void> clear(Session session, String generation) {
        return session.number(Script.CLEAR, keys.controls(), generation).thenAccept(done -> {
            recent.cleared(this);
            mustBeOn(session);
        });
    }

    /** Notes that this process names another generation. */
    void replaced() {
        recent.cleared(this);
    }

    /** Tells the server that has the slot what it may lack, if that was not done. */
    CompletionStage<?> catchUp() {
        return run((session, view) -> CompletableFuture.completedFuture(view));
    }

    private CompletionStage<?> tell(Session session) {
        long reading = recent.tagReading(this);
        CompletionStage<?> told = tellKeys(session);
        return reading < 0 ? told : told.thenCompose(done -> renewEpoch(session, reading));
    }

    /** What the clock counted since the copy was made, it must not count again. */
    private CompletionStage<?> renewEpoch(Session session, long reading) {
        return session.text(Script.TAG_EPOCH, keys.tagClock(), RedisTags.hex(Tokens.clock()), RedisTags.hex(reading));
    }

    private CompletionStage<?> tellKeys(Session session) {
        Set<String> lately = recent.recent(this);
        if (lately == null) {
            return clear(session, Tokens.next());
        }
        return lately.isEmpty() ? CompletableFuture.completedFuture(null) : tell(session, lately, 1);
    }

    private CompletionStage<@Nullable Void> tell(Session session, Set<String> lately, int tries) {
        return Generations.read(session, keys)
                .thenCompose(view -> invalidate(session, view, lately))
                .exceptionallyCompose(failure -> Session.unwrap(failure) instanceof MovedException && tries < MAX_TRIES
                        ? tell(session, lately, tries + 1)
                        : CompletableFuture.failedFuture(failure));
    }

    static CompletableFuture<Boolean> isOne(CompletableFuture<Long> reply) {
        return reply.thenApply(number -> {
            if (number == MOVED) {
                throw new MovedException();
            }
            return number == 1;
        });
    }

    List<String> entry(View view, String escapedKey) {
        return List.of(keys.current(), keys.value(view.current(), escapedKey), keys.lease(view.current(), escapedKey));
    }

    List<String> lease(View view, String escapedKey) {
        return List.of(keys.current(), keys.lease(view.current(), escapedKey));
    }

    /** The pointers, values and leases in the current generation, and those in the next one if there is one. */
    List<String> both(View view, List<String> escapedKeys) {
        List<String> names = new ArrayList<>(2 + 4 * escapedKeys.size());
        names.add(keys.current());
        names.add(keys.next());
        for (String key : escapedKeys) {
            names.add(keys.value(view.current(), key));
            names.add(keys.lease(view.current(), key));
        }
        if (view.next() != null) {
            for (String key : escapedKeys) {
                names.add(keys.value(view.next(), key));
                names.add(keys.lease(view.next(), key));
            }
        }
        return names;
    }

    static List<List<String>> parts(List<String> all, int size) {
        List<List<String>> parts = new ArrayList<>();
        for (int from = 0; from < all.size(); from += size) {
            parts.add(all.subList(from, Math.min(all.size(), from + size)));
        }
        return parts;
    }
}
