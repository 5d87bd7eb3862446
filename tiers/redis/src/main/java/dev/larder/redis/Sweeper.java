package dev.larder.redis;

import dev.larder.tier.Later;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Removes the entries of generations that nobody reads any more, a few at a time. Thread-safe.
 *
 * <p>They would go by themselves at the end of their lives; this only gives the memory back sooner. So it is never in a
 * hurry: one step looks at {@value #KEYS_PER_STEP} keys of the server and is followed by a pause. What a process leaves
 * undone stays noted in Redis, and the next clear or rebuild of that cache by any process takes it up.
 */
final class Sweeper {
    private static final long DELAY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int KEYS_PER_STEP = 500;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long AFTER_ERROR_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int MAX_ERRORS = 5;

    private final Link link;
    private final Later later;

    /** The caches being swept; true where another generation became old meanwhile. */
    private final Map<String, Boolean> sweeping = new ConcurrentHashMap<>();

    Sweeper(Link link, Later later) {
        this.link = link;
        this.later = later;
    }

    /** Sweeps the old generations of a cache, when those who are just reading one have finished; one sweep at a time. */
    void sweep(Keyspace keys) {
        if (sweeping.merge(keys.old(), false, (running, asked) -> true)) {
            return; // the one that runs will see to it
        }
        later.schedule(() -> begin(keys), DELAY_NANOS);
    }

    private void begin(Keyspace keys) {
        link.session().thenCompose(session -> doomed(session, keys)).whenComplete((doomed, failure) -> {
            if (failure == null && !doomed.isEmpty()) {
                step(new Sweep(keys, doomed), ScanCursor.INITIAL, 0);
            } else {
                end(keys);
            }
        });
    }

    private void end(Keyspace keys) {
        if (Boolean.TRUE.equals(sweeping.remove(keys.old()))) {
            sweep(keys);
        }
    }

    private record Sweep(Keyspace keys, Set<String> doomed) {}

    /** The generations noted as old, without those in use: read, or being filled. */
    private static CompletionStage<Set<String>> doomed(Session session, Keyspace keys) {
        CompletableFuture<Set<String>> old =
                session.redis().smembers(keys.old()).toCompletableFuture().thenApply(Sweeper::texts);
        CompletableFuture<Set<String>> used = session.redis()
                .mget(keys.current(), keys.next())
                .toCompletableFuture()
                .thenApply(found -> {
                    Set<String> generations = new HashSet<>();
                    found.forEach(value -> value.ifHasValue(bytes -> generations.add(text(bytes))));
                    return generations;
                });
        return Session.all(List.of(old, used)).thenApply(done -> {
            Set<String> doomed = new HashSet<>(old.join());
            doomed.removeAll(used.join());
            return doomed;
        });
    }

    private void step(Sweep sweep, ScanCursor cursor, int errors) {
        link.session()
                .thenCompose(session -> unlinkSome(session, sweep, cursor))
                .whenComplete((next, failure) -> {
                    if (failure == null && next.isFinished()) {
                        finish(sweep);
                    } else if (failure == null) {
                        later.schedule(() -> step(sweep, next, 0), PAUSE_NANOS);
                    } else if (errors < MAX_ERRORS) {
                        later.schedule(() -> step(sweep, cursor, errors + 1), AFTER_ERROR_NANOS);
                    } else {
                        end(sweep.keys());
                    }
                });
    }

    private static CompletionStage<KeyScanCursor<String>> unlinkSome(Session session, Sweep sweep, ScanCursor cursor) {
        ScanArgs some = ScanArgs.Builder.limit(KEYS_PER_STEP).match(sweep.keys().pattern());
        return session.redis().scan(cursor, some).thenCompose(found -> {
            String[] old = found.getKeys().stream()
                    .filter(key -> {
                        String generation = sweep.keys().generationOf(key);
                        return generation != null && sweep.doomed().contains(generation);
                    })
                    .toArray(String[]::new);
            return old.length == 0
                    ? CompletableFuture.completedFuture(found)
                    : session.redis().unlink(old).thenApply(count -> found);
        });
    }

    private void finish(Sweep sweep) {
        byte[][] done = sweep.doomed().stream().map(Sweeper::bytes).toArray(byte[][]::new);
        link.session()
                .thenCompose(session -> session.redis().srem(sweep.keys().old(), done))
                .whenComplete((removed, failure) -> end(sweep.keys()));
    }

    private static Set<String> texts(Iterable<byte[]> members) {
        Set<String> texts = new HashSet<>();
        members.forEach(member -> texts.add(text(member)));
        return texts;
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
