package dev.larder.redis;

import dev.larder.tier.Later;
import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
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

    private final Later later;

    /** The caches being swept; true where another generation became old meanwhile. */
    private final Map<String, Boolean> sweeping = new ConcurrentHashMap<>();

    Sweeper(Later later) {
        this.later = later;
    }

    /** What is to go on one server: for each of a cache's partitions there, its old generations. */
    private record Sweep(Keyspace keys, Session session, Map<Keyspace, Set<String>> doomed) {}

    /** Sweeps the old generations of a cache, when those who are just reading one have finished; one sweep at a time. */
    void sweep(Keyspace keys, List<Partition> partitions) {
        if (sweeping.merge(keys.prefix(), false, (running, asked) -> true)) {
            return; // the one that runs will see to it
        }
        later.schedule(() -> begin(keys, partitions), DELAY_NANOS);
    }

    private void begin(Keyspace keys, List<Partition> partitions) {
        Map<Session, Map<Keyspace, Set<String>>> found = new ConcurrentHashMap<>();
        List<CompletableFuture<?>> asked = new ArrayList<>();
        for (Partition partition : partitions) {
            asked.add(partition
                    .call(session -> doomed(session, partition.keys()).thenAccept(doomed -> {
                        if (!doomed.isEmpty()) {
                            found.computeIfAbsent(session, server -> new ConcurrentHashMap<>())
                                    .put(partition.keys(), doomed);
                        }
                    }))
                    .toCompletableFuture());
        }
        var unused = Session.all(asked)
                .thenCompose(done -> Session.all(found.entrySet().stream()
                        .map(server -> swept(new Sweep(keys, server.getKey(), server.getValue())))
                        .toList()))
                .whenComplete((done, failure) -> {
                    if (Boolean.TRUE.equals(sweeping.remove(keys.prefix()))) {
                        sweep(keys, partitions);
                    }
                });
    }

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

    private CompletableFuture<Void> swept(Sweep sweep) {
        CompletableFuture<Void> end = new CompletableFuture<>();
        step(sweep, ScanCursor.INITIAL, 0, end);
        return end;
    }

    private void step(Sweep sweep, ScanCursor cursor, int errors, CompletableFuture<Void> end) {
        unlinkSome(sweep, cursor).whenComplete((next, failure) -> {
            if (failure == null && next.isFinished()) {
                finish(sweep, end);
            } else if (failure == null) {
                later.schedule(() -> step(sweep, next, 0, end), PAUSE_NANOS);
            } else if (errors < MAX_ERRORS && sweep.session().isOpen()) {
                later.schedule(() -> step(sweep, cursor, errors + 1, end), AFTER_ERROR_NANOS);
            } else {
                end.complete(null);
            }
        });
    }

    private static CompletionStage<KeyScanCursor<String>> unlinkSome(Sweep sweep, ScanCursor cursor) {
        ScanArgs some = ScanArgs.Builder.limit(KEYS_PER_STEP).match(sweep.keys().pattern());
        return sweep.session().redis().scan(cursor, some).thenCompose(found -> {
            List<CompletableFuture<Long>> unlinked = new ArrayList<>();
            sweep.doomed().forEach((partition, generations) -> {
                String[] old = found.getKeys().stream()
                        .filter(key -> {
                            String generation = partition.generationOf(key);
                            return generation != null && generations.contains(generation);
                        })
                        .toArray(String[]::new);
                if (old.length > 0) {
                    unlinked.add(sweep.session().redis().unlink(old).toCompletableFuture());
                }
            });
            return Session.all(unlinked).thenApply(done -> found);
        });
    }

    private static void finish(Sweep sweep, CompletableFuture<Void> end) {
        List<CompletableFuture<Long>> noted = new ArrayList<>();
        sweep.doomed().forEach((partition, generations) -> {
            byte[][] done = generations.stream().map(Sweeper::bytes).toArray(byte[][]::new);
            noted.add(sweep.session().redis().srem(partition.old(), done).toCompletableFuture());
        });
        var unused = Session.all(noted).whenComplete((removed, failure) -> end.complete(null));
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
