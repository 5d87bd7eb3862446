package dev.larder.benchmarks.rebuild;

import dev.larder.Cache;
import dev.larder.stats.CacheStats;
import dev.larder.write.RebuildReport;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * One rebuild under load. Immutable once made.
 *
 * @param quiet what readers saw before
 * @param during from the call of {@code rebuild} to its return
 * @param after from then on
 * @param change what the cache counted from the call to the end of the phase after it
 * @param loads reads that reached the origin in that time
 * @param collectionMillis time of garbage collections while it ran
 * @param report the cache's own account
 */
record RebuildRound(
        Readers.Seen quiet,
        Readers.Seen during,
        Readers.Seen after,
        CacheStats change,
        long loads,
        long collectionMillis,
        RebuildReport report) {
    /** Told when a rebuild has returned, before anything else happens. */
    @FunctionalInterface
    interface Settled {
        void settled(int generation) throws Exception;
    }

    /** What a round plays with. */
    record Stage(Cache<StockKey, Stock> cache, Catalogue catalogue, Readers readers, Settled settled) {}

    /** Rebuilds {@code cache} from {@code catalogue}; readers are watched for {@code phaseNanos} before and after. */
    static RebuildRound run(Stage stage, long phaseNanos) throws InterruptedException {
        Cache<StockKey, Stock> cache = stage.cache();
        Catalogue catalogue = stage.catalogue();
        Readers readers = stage.readers();
        Readers.Seen quiet = readers.readFor(phaseNanos);
        CacheStats before = cache.stats();
        long loadsBefore = catalogue.loads();
        long collectionsBefore = Memory.collectionMillis();
        int generation = catalogue.change();
        Callable<RebuildReport> rebuild = () -> {
            RebuildReport report = cache.rebuild(catalogue.rows());
            readers.settle(generation);
            stage.settled().settled(generation);
            return report;
        };
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<RebuildReport> report = thread.submit(rebuild);
            Readers.Seen during = readers.read(report::isDone);
            long collections = Memory.collectionMillis() - collectionsBefore;
            Readers.Seen after = readers.readFor(phaseNanos);
            return new RebuildRound(
                    quiet,
                    during,
                    after,
                    cache.stats().since(before),
                    catalogue.loads() - loadsBefore,
                    collections,
                    report.get());
        } catch (ExecutionException e) {
            throw new IllegalStateException("the rebuild failed", e.getCause());
        }
    }

    /** Reads that found nothing in any tier, from the rebuild's start on. */
    long misses() {
        return Math.max(change.misses(), loads) + during.missing + after.missing;
    }

    /** Reads begun after the switch had returned that gave an old value. */
    long stale() {
        return during.stale + after.stale;
    }
}
