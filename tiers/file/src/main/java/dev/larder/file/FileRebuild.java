package dev.larder.file;

import dev.larder.failure.RebuildException;
import dev.larder.tier.FarRebuild;
import dev.larder.tier.FarValue;
import dev.larder.tier.Tokens;
import dev.larder.time.Scheduler.Scheduled;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A rebuild: a generation that nobody reads, filled row by row and switched to in one step.
 *
 * <p>It has its place while the cache's control file carries its token; as long as it does, every process leaves a
 * tombstone in the new generation for each key it invalidates, whatever the time. The token's term only tells others when
 * they may take the place of a process that died, so it is prolonged now and again.
 *
 * <p>Used by one thread at a time, as the interface says; renewals come from the scheduler, and the phase is volatile for
 * them.
 */
final class FileRebuild implements FarRebuild {
    private enum Phase {
        RUNNING,
        LOST,
        COMMITTED,
        ABORTED
    }

    private static final long TERM_MILLIS = 60_000;
    private static final long RENEW_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final long RETRY_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final FileTier tier;
    private final Entries entries;
    private final String generation = Tokens.next();
    private final String token = Tokens.next();
    private volatile Phase phase = Phase.RUNNING;
    private volatile @Nullable Scheduled renewal;

    FileRebuild(FileTier tier, Entries entries) {
        this.tier = tier;
        this.entries = entries;
    }

    /** Takes the place; false where another rebuild has it. Blocks. */
    boolean begin() throws IOException {
        boolean begun = entries.begin(generation, token, TERM_MILLIS);
        if (begun) {
            renewLater(RENEW_NANOS);
        }
        return begun;
    }

    @Override
    public CompletionStage<Integer> write(Map<String, FarValue> rows) {
        if (phase != Phase.RUNNING) {
            return CompletableFuture.failedFuture(new RebuildException(
                    "a rebuild that was " + (phase == Phase.LOST ? "overtaken or stalled too long" : "ended")
                            + " takes no more rows (cache '" + entries.cache() + "')",
                    null));
        }
        rows.values().forEach(FileCache::requireLife);
        Map<String, FarValue> all = Map.copyOf(rows);
        return tier.workers().answer(() -> entries.write(token, all));
    }

    @Override
    public CompletionStage<Boolean> commit() {
        if (phase != Phase.RUNNING) {
            return CompletableFuture.completedFuture(phase == Phase.COMMITTED);
        }
        return tier.workers().answer(() -> {
            boolean switched = entries.end(generation, token, true);
            end(switched ? Phase.COMMITTED : Phase.LOST);
            tier.sweeper().wake();
            return switched;
        });
    }

    @Override
    public CompletionStage<Void> abort() {
        if (phase == Phase.COMMITTED || phase == Phase.ABORTED) {
            return CompletableFuture.completedFuture(null);
        }
        end(Phase.ABORTED);
        return tier.workers().<@Nullable Void>answer(() -> {
            entries.end(generation, token, false);
            tier.sweeper().wake();
            return null;
        });
    }

    private void renewLater(long delayNanos) {
        if (phase == Phase.RUNNING) {
            renewal = tier.later(this::renew, delayNanos);
        }
    }

    private void renew() {
        if (phase != Phase.RUNNING) {
            return;
        }
        tier.workers().answer(() -> entries.keep(token, TERM_MILLIS)).whenComplete((kept, failure) -> {
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
}
