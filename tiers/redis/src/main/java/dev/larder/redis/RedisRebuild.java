package dev.larder.redis;

import dev.larder.failure.RebuildException;
import dev.larder.tier.FarRebuild;
import dev.larder.tier.FarValue;
import dev.larder.tier.Tokens;
import dev.larder.time.Scheduler.Scheduled;
import dev.larder.time.Ticker;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A rebuild: a generation that nobody reads, filled row by row and switched to in one step.
 *
 * <p>It lives by a token in Redis that this process renews. Whatever removes the token (a stall longer than its life, a
 * clear of the cache, a restart of an empty server) makes the switch a no-op. From the moment the token is there, each
 * invalidation by any process leaves a tombstone in the new generation, because it checks in Redis, in the same step,
 * whether there is one. So a row that was read before an invalidation is refused by the tombstone, or overwritten by it; a
 * row that was read after it is true.
 *
 * <p>Where a cache has partitions all of this holds for each. The switch first makes sure of all of them, and then takes
 * place in all at once, but not in one instant: a process that dies just then leaves some with the old rows and some with
 * the new.
 *
 * <p>Used by one thread at a time, as the interface says; renewals come from the scheduler, and the phase is volatile for
 * them.
 */
final class RedisRebuild implements FarRebuild {
    private enum Phase {
        RUNNING,
        LOST,
        COMMITTED,
        ABORTED
    }

    /** The longest rebuild: its tombstones live as long, so it may not switch later. */
    static final long MAX_MILLIS = TimeUnit.HOURS.toMillis(6);

    private static final long LEASE_MILLIS = 60_000;
    private static final long RENEW_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int ROWS_AT_ONCE = 500;

    private final RedisCache cache;
    private final RedisTier tier;
    private final Ticker ticker;
    private final String generation = Tokens.next();
    private final String token = Tokens.next();
    private final long startNanos;
    private volatile Phase phase = Phase.RUNNING;
    private volatile @Nullable Scheduled renewal;

    RedisRebuild(RedisCache cache, RedisTier tier) {
        this.cache = cache;
        this.tier = tier;
        this.ticker = tier.ticker();
        this.startNanos = ticker.nanos();
    }

    /** Takes the token and names the next generation; false where another rebuild has it. */
    CompletionStage<Boolean> begin() {
        // The first partition's token decides between two that begin at once.
        return run(Script.BEGIN_REBUILD, cache.partitions().get(0))
                .thenCompose(begun ->
                        begun == 1 ? onEvery(Script.BEGIN_REBUILD, 1) : CompletableFuture.completedFuture(false))
                .handle((begun, failure) -> {
                    if (failure == null && begun) {
                        renewLater(RENEW_NANOS);
                        return CompletableFuture.completedFuture(true);
                    }
                    CompletableFuture<Boolean> outcome = failure == null
                            ? CompletableFuture.completedFuture(false)
                            : CompletableFuture.failedFuture(failure);
                    return abort().handle((done, alas) -> outcome).thenCompose(same -> same);
                })
                .thenCompose(outcome -> outcome);
    }

    @Override
    public CompletionStage<Integer> write(Map<String, FarValue> rows) {
        if (phase != Phase.RUNNING) {
            return CompletableFuture.failedFuture(over());
        }
        rows.values().forEach(Session::life);
        List<CompletableFuture<Integer>> written = new ArrayList<>();
        cache.byPartition(rows.keySet())
                .forEach((partition, keys) ->
                        written.add(write(partition, keys, rows).toCompletableFuture()));
        return answer(Session.all(written)
                .thenApply(done ->
                        written.stream().mapToInt(CompletableFuture::join).sum()));
    }

    private CompletionStage<Integer> write(Partition partition, List<String> keys, Map<String, FarValue> rows) {
        CompletionStage<Integer> refused = CompletableFuture.completedFuture(0);
        for (List<String> part : Partition.parts(keys, ROWS_AT_ONCE)) {
            Map<String, FarValue> named = new HashMap<>();
            part.forEach(key -> named.put(
                    partition.keys().value(generation, Keyspace.escape(key)), Objects.requireNonNull(rows.get(key))));
            refused = refused.thenCompose(before ->
                    partition.call(session -> session.storeAbsent(named)).thenApply(more -> before + more));
        }
        return refused;
    }

    @Override
    public CompletionStage<Boolean> commit() {
        if (phase == Phase.RUNNING && isTooOld()) {
            phase = Phase.LOST; // its first tombstones may be gone
        }
        if (phase != Phase.RUNNING) {
            return CompletableFuture.completedFuture(phase == Phase.COMMITTED);
        }
        return answer(switchAll()).thenApply(switched -> {
            end(switched ? Phase.COMMITTED : Phase.LOST);
            if (switched) {
                cache.replaced();
            }
            return switched;
        });
    }

    private CompletionStage<Boolean> switchAll() {
        if (cache.partitions().size() == 1) {
            return onEvery(Script.SWITCH, 0);
        }
        // Either all are still ours and live for another minute, or none is switched.
        return onEvery(Script.KEEP_REBUILD, 0)
                .thenCompose(kept -> kept
                        ? cache.onAll(this::switchOne).thenApply(done -> true)
                        : CompletableFuture.completedFuture(false));
    }

    private CompletionStage<?> switchOne(Partition partition) {
        // Lost in this moment, by a clear or by a server that failed: better nothing there than the old rows.
        return run(Script.SWITCH, partition)
                .thenCompose(switched ->
                        switched == 1 ? CompletableFuture.completedFuture(null) : partition.clear(Tokens.next()));
    }

    @Override
    public CompletionStage<Void> abort() {
        if (phase == Phase.COMMITTED || phase == Phase.ABORTED) {
            return CompletableFuture.completedFuture(null);
        }
        end(Phase.ABORTED);
        return answer(onEvery(Script.ABORT_REBUILD, 0)).thenAccept(done -> cache.sweep());
    }

    /** Whether a script answers 1 in each partition from the one of number {@code first} on. */
    private CompletionStage<Boolean> onEvery(Script script, int first) {
        List<CompletableFuture<Long>> answers = cache.partitions().stream()
                .skip(first)
                .map(partition -> run(script, partition).toCompletableFuture())
                .toList();
        return Session.all(answers).thenApply(done -> answers.stream().allMatch(answer -> answer.join() == 1));
    }

    private CompletionStage<Long> run(Script script, Partition partition) {
        return partition.call(
                session -> session.number(script, partition.keys().controls(), generation, token, LEASE_MILLIS));
    }

    private void renewLater(long delayNanos) {
        if (phase == Phase.RUNNING && !isTooOld()) {
            renewal = tier.later().schedule(this::renew, delayNanos);
        }
    }

    private void renew() {
        onEvery(Script.KEEP_REBUILD, 0).whenComplete((kept, failure) -> {
            if (failure == null && !kept && phase == Phase.RUNNING) {
                phase = Phase.LOST;
            }
            // After a failure too, and soon: the token may outlive the trouble.
            renewLater(failure == null ? RENEW_NANOS : RETRY_NANOS);
        });
    }

    private boolean isTooOld() {
        return ticker.nanos() - startNanos > TimeUnit.MILLISECONDS.toNanos(MAX_MILLIS);
    }

    private void end(Phase last) {
        phase = last;
        Scheduled waiting = renewal;
        if (waiting != null) {
            waiting.cancel();
        }
    }

    private RebuildException over() {
        return new RebuildException(
                "a rebuild that was " + (phase == Phase.LOST ? "overtaken or stalled too long" : "ended")
                        + " takes no more rows (cache '" + cache.name() + "')",
                null);
    }

    private <T> CompletionStage<T> answer(CompletionStage<T> stage) {
        return Trouble.translated(tier.name(), stage);
    }
}
