package dev.larder.storefront.status;

import dev.larder.stats.CacheStats;
import dev.larder.storefront.meter.CountingDataSource;
import dev.larder.storefront.shop.Shop;
import dev.larder.time.Scheduler;
import dev.larder.time.Ticker;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** Samples of the last two minutes, one a second. Guarded by the instance. */
public final class History {
    private static final int SAMPLES = 120;
    private static final long PERIOD_NANOS = Duration.ofSeconds(1).toNanos();

    private final Shop shop;
    private final CountingDataSource source;
    private final Latency latency;
    private final Ticker ticker;
    private final long startNanos;
    private final ArrayDeque<Sample> samples = new ArrayDeque<>();
    private long hits;
    private long staleHits;
    private long misses;
    private long loads;
    private long statements;

    public History(Shop shop, CountingDataSource source, Latency latency, Ticker ticker) {
        this.shop = shop;
        this.source = source;
        this.latency = latency;
        this.ticker = ticker;
        startNanos = ticker.nanos();
        statements = source.statements();
    }

    /** Takes a sample every second, until {@code scheduler} closes. */
    public void start(Scheduler scheduler) {
        scheduler.schedule(
                () -> {
                    sample();
                    start(scheduler);
                },
                PERIOD_NANOS);
    }

    /** Takes one sample: what happened since the one before. */
    public synchronized void sample() {
        long oldHits = hits;
        long oldStaleHits = staleHits;
        long oldMisses = misses;
        long oldLoads = loads;
        long oldStatements = statements;
        count();
        Histogram interval = latency.interval();
        if (samples.size() == SAMPLES) {
            samples.removeFirst();
        }
        samples.addLast(new Sample(
                uptimeSeconds(),
                interval.getTotalCount(),
                hits - oldHits,
                staleHits - oldStaleHits,
                misses - oldMisses,
                loads - oldLoads,
                statements - oldStatements,
                interval.getValueAtPercentile(50),
                interval.getValueAtPercentile(99)));
    }

    /** The samples behind {@code second}, oldest first. */
    synchronized List<Sample> after(long second) {
        return samples.stream().filter(sample -> sample.second() > second).toList();
    }

    long uptimeSeconds() {
        return TimeUnit.NANOSECONDS.toSeconds(ticker.nanos() - startNanos);
    }

    private void count() {
        hits = 0;
        staleHits = 0;
        misses = 0;
        loads = 0;
        for (CacheStats stats : shop.stats().values()) {
            hits += stats.hits();
            staleHits += stats.staleHits();
            misses += stats.misses();
            loads += stats.loads();
        }
        statements = source.statements();
    }
}
