package dev.larder.stats;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.WeakReference;
import org.jspecify.annotations.Nullable;

/**
 * One thread's counters, or those of all threads that have no stripe of their own. The count that a warm cache counts at
 * every read is a field; the others are in an array.
 *
 * <p>Thread-safe: an owner writes by opaque loads and stores, which no other thread does; a shared stripe is added to
 * atomically. Padded, so that two stripes never share a line of the processor's cache.
 */
final class Stripe {
    private static final int COUNTS = Count.values().length;
    /** Longs before and after the counts in their array. */
    private static final int PADDING = 8;

    private static final VarHandle OWNER;
    private static final VarHandle OWNER_ID;
    private static final VarHandle NEAR_HITS;
    private static final VarHandle COUNTS_AT = MethodHandles.arrayElementVarHandle(long[].class);

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            OWNER = lookup.findVarHandle(Stripe.class, "owner", WeakReference.class);
            OWNER_ID = lookup.findVarHandle(Stripe.class, "ownerId", long.class);
            NEAR_HITS = lookup.findVarHandle(Stripe.class, "nearHits", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final long[] counts = new long[PADDING + COUNTS + PADDING];
    private volatile @Nullable WeakReference<Thread> owner;

    @SuppressWarnings("UnusedVariable") // through its handle
    private long ownerId;

    @SuppressWarnings("UnusedVariable") // through its handle
    private long nearHits;

    // Neighbours in memory are of other threads.
    @SuppressWarnings("UnusedVariable")
    private long p1, p2, p3, p4, p5, p6, p7, p8, p9;

    boolean isOwnedBy(long threadId) {
        return (long) OWNER_ID.getOpaque(this) == threadId;
    }

    @Nullable WeakReference<Thread> owner() {
        return owner;
    }

    /** Hands the stripe, with its counts, from an owner that has ended, or nobody, to the calling thread. */
    boolean claim(@Nullable WeakReference<Thread> before, WeakReference<Thread> self, long id) {
        if (!OWNER.compareAndSet(this, before, self)) {
            return false;
        }
        OWNER_ID.setOpaque(this, id);
        return true;
    }

    long addNearHit() {
        long sum = (long) NEAR_HITS.getOpaque(this) + 1;
        NEAR_HITS.setOpaque(this, sum);
        return sum;
    }

    long addSharedNearHit() {
        NEAR_HITS.getAndAdd(this, 1L);
        return -1;
    }

    void add(Count count, long amount) {
        if (count == Count.NEAR_HITS) {
            NEAR_HITS.setOpaque(this, (long) NEAR_HITS.getOpaque(this) + amount);
        } else {
            int at = PADDING + count.ordinal();
            COUNTS_AT.setOpaque(counts, at, (long) COUNTS_AT.getOpaque(counts, at) + amount);
        }
    }

    void addShared(Count count, long amount) {
        if (count == Count.NEAR_HITS) {
            NEAR_HITS.getAndAdd(this, amount);
        } else {
            COUNTS_AT.getAndAdd(counts, PADDING + count.ordinal(), amount);
        }
    }

    long get(Count count) {
        return count == Count.NEAR_HITS
                ? (long) NEAR_HITS.getAcquire(this)
                : (long) COUNTS_AT.getAcquire(counts, PADDING + count.ordinal());
    }
}
