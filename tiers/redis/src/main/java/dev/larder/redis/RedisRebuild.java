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
    CompletionStage<Boolean> begin(Session session) {
        return session.number(Script.BEGIN_REBUILD, cache.keys().controls(), generation, token, LEASE_MILLIS)
                .thenApply(begun -> {
                    if (begun == 1) {
                        renewLater(RENEW_NANOS);
                    }
                    return begun == 1;
                });
    }

    @Override
    public CompletionStage<Integer> write(Map<String, FarValue> rows) {
        if (phase != Phase.RUNNING) {
            return CompletableFuture.failedFuture(over());
        }
        List<Map<String, FarValue>> parts = new ArrayList<>();
        rows.forEach((key, row) -> {
            if (parts.isEmpty() || parts.get(parts.size() - 1).size() == ROWS_AT_ONCE) {
                parts.add(new HashMap<>());
            }
            Session.life(row);
            parts.get(parts.size() - 1).put(cache.keys().value(generation, Keyspace.escape(key)), row);
        });
        CompletionStage<Integer> refused = CompletableFuture.completedFuture(0);
        for (Map<String, FarValue> part : parts) {
            refused = refused.thenCompose(before -> tier.commands()
                    .session()
                    .thenCompose(session -> session.storeAbsent(part))
                    .thenApply(more -> before + more));
        }
        return answer(refused);
    }

    @Override
    public CompletionStage<Boolean> commit() {
        if (phase == Phase.RUNNING && isTooOld()) {
            phase = Phase.LOST; // its first tombstones may be gone
        }
        if (phase != Phase.RUNNING) {
            return CompletableFuture.completedFuture(phase == Phase.COMMITTED);
        }
        return answer(run(Script.SWITCH)).thenApply(switched -> {
            end(switched == 1 ? Phase.COMMITTED : Phase.LOST);
            if (switched == 1) {
                cache.replaced();
            }
            return switched == 1;
        });
    }

    @Override
    public CompletionStage<Void> abort() {
        if (phase == Phase.COMMITTED || phase == Phase.ABORTED) {
            return CompletableFuture.completedFuture(null);
        }
        end(Phase.ABORTED);
        return answer(run(Script.ABORT_REBUILD))
                .thenAccept(done -> tier.sweeper().sweep(cache.keys()));
    }

    private CompletionStage<Long> run(Script script) {
        return tier.commands()
                .session()
                .thenCompose(
                        session -> session.number(script, cache.keys().controls(), generation, token, LEASE_MILLIS));
    }

    private void renewLater(long delayNanos) {
        if (phase == Phase.RUNNING && !isTooOld()) {
            renewal = tier.later().schedule(this::renew, delayNanos);
        }
    }

    private void renew() {
        run(Script.KEEP_REBUILD).whenComplete((kept, failure) -> {
            if (failure == null && kept == 0 && phase == Phase.RUNNING) {
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
