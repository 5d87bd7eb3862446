package dev.larder.benchmarks.rebuild;

import dev.larder.Cache;
import dev.larder.benchmarks.keys.Zipf;
import dev.larder.benchmarks.process.Waiting;
import dev.larder.time.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;
import org.HdrHistogram.Histogram;

/**
 * Shoppers: threads that read skewed keys at a fixed rate and notice every value that is missing or too old.
 *
 * <p>The rate is open: reads are due at fixed times, in small bursts, whether or not earlier ones have ended. Each read is
 * timed twice: the call alone, and from when it was due, so that a pause of the whole process is felt by every read that
 * fell into it and not by one. The first tick after a pause pays the reads it delayed.
 */
final class Readers {
    private static final double SKEW = 0.99;
    private static final int DRAWS = 1 << 20;
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final long SHORTEST_TICK_NANOS = 500_000;
    private static final long LONGEST_NANOS = 60_000_000_000L;
    private static final int DIGITS = 3;

    private final Cache<StockKey, Stock> cache;
    private final StockKey[] keys;
    private final int threads;
    private final int readsPerTick;
    private final long tickNanos;
    private final Ticker ticker = Ticker.system();
    private volatile int settled;

    Readers(Cache<StockKey, Stock> cache, Catalogue catalogue, int threads, int readsPerSecond) {
        this.cache = cache;
        this.threads = threads;
        this.readsPerTick = Math.max(1, (int) (readsPerSecond * SHORTEST_TICK_NANOS / threads / SECOND_NANOS));
        this.tickNanos = (long) readsPerTick * threads * SECOND_NANOS / readsPerSecond;
        int[] rows = new Zipf(catalogue.size(), SKEW).draw(DRAWS, new SplittableRandom(42));
        keys = new StockKey[DRAWS];
        for (int i = 0; i < DRAWS; i++) {
            keys[i] = catalogue.key(scattered(rows[i], catalogue.size()));
        }
    }

    /** From now on a value older than {@code generation} is stale; call when the rebuild has returned. */
    void settle(int generation) {
        settled = generation;
    }

    /** Reads until {@code until} says so, and tells what was seen. */
    Seen read(BooleanSupplier until) throws InterruptedException {
        try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
            List<Future<Seen>> futures = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                int offset = thread * (DRAWS / threads);
                futures.add(pool.submit(() -> readHere(until, offset)));
            }
            Seen all = new Seen();
            for (Future<Seen> future : futures) {
                all.add(future.get());
            }
            return all;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a reader failed", e.getCause());
        }
    }

    /** Reads for {@code nanos}. */
    Seen readFor(long nanos) throws InterruptedException {
        long end = ticker.nanos() + nanos;
        return read(() -> ticker.nanos() >= end);
    }

    private Seen readHere(BooleanSupplier until, int offset) {
        Seen seen = new Seen();
        int next = offset;
        for (long due = ticker.nanos(); !until.getAsBoolean(); due += tickNanos) {
            Waiting.until(ticker, due);
            for (int i = 0; i < readsPerTick; i++) {
                readOne(keys[next++ & (DRAWS - 1)], due, seen);
            }
        }
        return seen;
    }

    private void readOne(StockKey key, long due, Seen seen) {
        int oldest = settled;
        long start = ticker.nanos();
        Stock stock = cache.get(key);
        long end = ticker.nanos();
        seen.calls.recordValue(Math.min(end - start, LONGEST_NANOS));
        seen.sinceDue.recordValue(Math.min(end - due, LONGEST_NANOS));
        seen.reads++;
        if (stock == null) {
            seen.missing++;
        } else if (stock.generation() < oldest) {
            seen.stale++;
            seen.lastStaleNanos = end;
        }
    }

    /** Spreads popular rows over all articles; a bijection where the size is no multiple of the factor. */
    private static int scattered(int rank, int size) {
        return (int) (rank * 1_000_003L % size);
    }

    /** What readers saw. Confined to one thread. */
    static final class Seen {
        final Histogram calls = new Histogram(LONGEST_NANOS, DIGITS);
        final Histogram sinceDue = new Histogram(LONGEST_NANOS, DIGITS);
        long reads;
        long missing;
        long stale;
        long lastStaleNanos;

        void add(Seen other) {
            calls.add(other.calls);
            sinceDue.add(other.sinceDue);
            reads += other.reads;
            missing += other.missing;
            stale += other.stale;
            lastStaleNanos = Math.max(lastStaleNanos, other.lastStaleNanos);
        }
    }
}
