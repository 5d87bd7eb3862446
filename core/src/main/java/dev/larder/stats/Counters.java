package dev.larder.stats;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The counters of one cache, exact, and cheap enough to be always on: a hit that is counted by an atomic addition takes
 * half as long again, since that makes the processor finish all that came before.
 *
 * <p>There are some stripes, each with all counters and an owner: one thread, the only one to write there, by a load and a
 * store. A thread becomes the owner of the stripe that its id names when it first counts, if that stripe has no owner or
 * one that has ended; what a thread did before its end is seen by those who found it ended. A thread whose stripe belongs
 * to another adds atomically in one stripe that all such threads share. So no count is ever lost; only its price differs.
 *
 * <p>Virtual threads own nothing, since they come by the million. Thread-safe. Tried by {@code CountersTest}; measured in
 * docs/measurements/engine.md.
 */
public final class Counters {
    private static final int COUNTS = Count.values().length;
    /** Longs per stripe: the owner's id and all counters, rounded up to whole 128-byte pairs of cache lines. */
    private static final int STRIDE = (1 + COUNTS + 15) / 16 * 16;
    /** The stripe for those who own none. The first one, which it follows, is padding. */
    private static final int SHARED = STRIDE;

    private static final int STRIPES = stripes(Runtime.getRuntime().availableProcessors());
    private static final VarHandle CELLS = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] cells = new long[(2 + STRIPES) * STRIDE];
    private final AtomicReferenceArray<@Nullable WeakReference<Thread>> owners = new AtomicReferenceArray<>(STRIPES);

    /** Counts one; returns how often the calling thread did, or -1 where it shares its stripe. */
    public long add(Count count) {
        return add(count, 1);
    }

    /** Counts {@code amount}; returns how much the calling thread has counted, or -1 where it shares its stripe. */
    @SuppressWarnings("deprecation") // threadId() came with 19
    public long add(Count count, long amount) {
        long id = Thread.currentThread().getId();
        int stripe = (int) (id ^ (id >>> 7)) & (STRIPES - 1);
        int at = (2 + stripe) * STRIDE;
        int cell = 1 + count.ordinal();
        if ((long) CELLS.getOpaque(cells, at) != id && !claim(stripe, at, id)) {
            CELLS.getAndAdd(cells, SHARED + cell, amount);
            return -1;
        }
        long sum = (long) CELLS.getOpaque(cells, at + cell) + amount;
        CELLS.setOpaque(cells, at + cell, sum);
        return sum;
    }

    private boolean claim(int stripe, int at, long id) {
        WeakReference<Thread> reference = owners.get(stripe);
        Thread owner = reference == null ? null : reference.get();
        if ((owner != null && owner.isAlive()) || VirtualThreads.isVirtual(Thread.currentThread())) {
            return false;
        }
        if (!owners.compareAndSet(stripe, reference, new WeakReference<>(Thread.currentThread()))) {
            return false;
        }
        CELLS.setVolatile(cells, at, id);
        return true;
    }

    public long sum(Count count) {
        long sum = 0;
        for (int stripe = 1; stripe < 2 + STRIPES; stripe++) {
            sum += (long) CELLS.getAcquire(cells, stripe * STRIDE + 1 + count.ordinal());
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

    private static int stripes(int processors) {
        return Math.min(64, Integer.highestOneBit(Math.max(1, processors * 4 - 1)) * 2);
    }
}
