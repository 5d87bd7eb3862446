package dev.larder.stats;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * The counters of one cache, striped by thread so that readers of a hot cache do not fight over one word.
 *
 * <p>Thread-safe: an increment is one atomic add on a stripe of the calling thread, padded to lines of its own; a
 * snapshot adds the stripes up.
 */
public final class Counters {
    private static final int COUNTS = Count.values().length;
    /** Longs per stripe: all counters, rounded up to whole 128-byte pairs of cache lines. */
    private static final int STRIDE = (COUNTS + 15) / 16 * 16 + 16;

    private static final int STRIPES = stripes(Runtime.getRuntime().availableProcessors());

    private final AtomicLongArray cells = new AtomicLongArray(STRIPES * STRIDE);

    public void add(Count count) {
        add(count, 1);
    }

    public void add(Count count, long amount) {
        cells.getAndAdd(stripe() * STRIDE + count.ordinal(), amount);
    }

    public long sum(Count count) {
        long sum = 0;
        for (int stripe = 0; stripe < STRIPES; stripe++) {
            sum += cells.getOpaque(stripe * STRIDE + count.ordinal());
        }
        return sum;
    }

    /** All sums now, with the {@code size} and {@code weight} of the store they belong to. */
    public CacheStats snapshot(long size, long weight) {
        Map<Count, Long> sums = new EnumMap<>(Count.class);
        for (Count count : Count.values()) {
            sums.put(count, sum(count));
        }
        return new CacheStats(sums, size, weight);
    }

    @SuppressWarnings("deprecation") // threadId() came with 19; getId() is final in effect for every thread we meet
    private static int stripe() {
        long id = Thread.currentThread().getId();
        return (int) (id ^ (id >>> 7)) & (STRIPES - 1);
    }

    private static int stripes(int processors) {
        return Math.min(64, Integer.highestOneBit(Math.max(1, processors * 2 - 1)) * 2);
    }
}
