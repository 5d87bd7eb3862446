package dev.larder.jdbc;

import dev.larder.failure.RebuildException;
import dev.larder.jdbc.CacheRow.Place;
import dev.larder.jdbc.Entries.NewRow;
import dev.larder.tier.FarRebuild;
import dev.larder.tier.FarValue;
import dev.larder.tier.Later;
import dev.larder.time.Scheduler.Scheduled;
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
 * <p>It lives by a place in the cache's row, which this process renews. Whatever takes the place (a stall longer than its
 * life, a clear of the cache, a database emptied) makes the switch a no-op. From the moment the place is taken each
 * invalidation by any process leaves a tombstone in the new generation. So a row that was read before an invalidation is
 * refused by the tombstone, or overwritten by it; a row that was read after it is true. Rows are written in transactions
 * that hold the place, so that none comes to a generation that is being swept away.
 *
 * <p>Used by one thread at a time, as the interface says; renewals come from the scheduler, and the phase is volatile for
 * them.
 */
final class JdbcRebuild implements FarRebuild {
    private enum Phase {
        RUNNING,
        LOST,
        COMMITTED,
        ABORTED
    }

    private static final long LEASE_MILLIS = 60_000;
    private static final long RENEW_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int ROWS_AT_ONCE = 500;

    private final String cache;
    private final Database database;
    private final Later later;
    private final CacheRow row;
    private final Entries entries;
    private final Place place = Place.next();
    private volatile Phase phase = Phase.RUNNING;
    private volatile @Nullable Scheduled renewal;

    JdbcRebuild(String cache, JdbcTier tier, CacheRow row, Entries entries) {
        this.cache = cache;
        this.database = tier.database();
        this.later = tier.later();
        this.row = row;
        this.entries = entries;
    }

    /** Takes the place; false where another rebuild has it. */
    CompletionStage<Boolean> begin() {
        return database.transact(session -> row.beginRebuild(session, place, LEASE_MILLIS))
                .thenApply(begun -> {
                    if (begun) {
                        renewLater(RENEW_NANOS);
                    }
                    return begun;
                });
    }

    @Override
    public CompletionStage<Integer> write(Map<String, FarValue> rows) {
        if (phase != Phase.RUNNING) {
            return CompletableFuture.failedFuture(over());
        }
        Map<String, FarValue> left = new HashMap<>(rows);
        List<Key> keys = Key.sorted(left.keySet());
        CompletionStage<Integer> refused = CompletableFuture.completedFuture(0);
        for (int from = 0; from < keys.size(); from += ROWS_AT_ONCE) {
            List<Key> part = keys.subList(from, Math.min(keys.size(), from + ROWS_AT_ONCE));
            refused = refused.thenCompose(before -> write(part, left).thenApply(more -> before + more));
        }
        return refused;
    }

    private CompletionStage<Integer> write(List<Key> keys, Map<String, FarValue> values) {
        return database.transact(session -> {
            long now = row.lockPlace(session, place);
            if (now < 0) {
                throw over();
            }
            List<NewRow> rows = new ArrayList<>();
            for (Key key : keys) {
                rows.add(new NewRow(place.generation(), key, values.get(key.text()), null, 0, 0, now));
            }
            return rows.size() - entries.insertAbsent(session, rows);
        });
    }

    @Override
    public CompletionStage<Boolean> commit() {
        if (phase != Phase.RUNNING) {
            return CompletableFuture.completedFuture(phase == Phase.COMMITTED);
        }
        return database.transact(session -> row.commitRebuild(session, place)).thenApply(switched -> {
            end(switched ? Phase.COMMITTED : Phase.LOST);
            return switched;
        });
    }

    @Override
    public CompletionStage<Void> abort() {
        if (phase == Phase.COMMITTED || phase == Phase.ABORTED) {
            return CompletableFuture.completedFuture(null);
        }
        end(Phase.ABORTED);
        return database.runAsOne(session -> row.abortRebuild(session, place));
    }

    private void renewLater(long delayNanos) {
        if (phase == Phase.RUNNING) {
            renewal = later.schedule(this::renew, delayNanos);
        }
    }

    private void renew() {
        var unused = database.call(session -> row.keepRebuild(session, place, LEASE_MILLIS))
                .whenComplete((kept, failure) -> {
                    if (failure == null && !kept && phase == Phase.RUNNING) {
                        phase = Phase.LOST;
                    }
                    // After a failure too, and soon: the place may outlive the trouble.
                    renewLater(failure == null ? RENEW_NANOS : RETRY_NANOS);
                });
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
                "a rebuild that was overtaken, stalled too long or ended takes no more rows (cache '" + cache + "')",
                null);
    }
}
