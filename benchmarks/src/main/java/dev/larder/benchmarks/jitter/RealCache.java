package dev.larder.benchmarks.jitter;

import dev.larder.Cache;
import dev.larder.Larder;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The same with a whole cache on a ticker that is moved by hand: all keys are read at every step of simulated time, and
 * calls of the loader are counted. Shows that the simulation is of what caches do. For one thread.
 */
final class RealCache {
    static final int STEP_SECONDS = 10;

    private RealCache() {}

    /** The most loads in a step of the first wave, for one second. */
    static double peakLoadsPerSecond(Waves.Stock stock, double jitter) {
        AtomicLong now = new AtomicLong();
        AtomicLong loads = new AtomicLong();
        try (Larder larder = Larder.builder().ticker(now::get).open()) {
            Cache<Integer, Boolean> cache = larder.cache("stock", Integer.class, Boolean.class)
                    .maxEntries(2L * stock.entries())
                    .timeToLive(Duration.ofSeconds(stock.liveSeconds()))
                    .jitter(jitter)
                    .loader(key -> {
                        loads.incrementAndGet();
                        return true;
                    })
                    .build();
            for (int key = 0; key < stock.entries(); key++) {
                now.set((long) (TimeUnit.SECONDS.toNanos(stock.loadSeconds()) * (double) key / stock.entries()));
                cache.get(key);
            }
            long peak = 0;
            int end = stock.loadSeconds() + stock.liveSeconds();
            int none = (int) ((1 - jitter) * stock.liveSeconds()) - STEP_SECONDS; // nothing can have expired yet
            for (int second = Math.max(stock.loadSeconds(), none); second <= end; second += STEP_SECONDS) {
                now.set(TimeUnit.SECONDS.toNanos(second));
                long before = loads.get();
                for (int key = 0; key < stock.entries(); key++) {
                    cache.get(key);
                }
                peak = Math.max(peak, loads.get() - before);
            }
            return (double) peak / STEP_SECONDS;
        }
    }
}
