package dev.larder.store;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps count of how much of a store's bound is in use. One account for all shards, so that a shard with more keys than
 * another evicts no earlier; each unit in use belongs to a stored entry or to one change under way.
 *
 * <p>Thread-safe: one atomic word, touched only where a shard's total changes. A full store that replaces a victim by a
 * newcomer of the same cost does not touch it.
 */
final class Ledger {
    private volatile long max;
    private final AtomicLong used = new AtomicLong();

    Ledger(long max) {
        this.max = max;
    }

    long max() {
        return max;
    }

    /** Allows this much from now on; what is in use already stays. */
    void max(long newMax) {
        max = newMax;
    }

    long used() {
        return used.get();
    }

    /** Takes as much of {@code cost} as there is left, and says how much that was. */
    long take(long cost) {
        while (true) {
            long before = used.get();
            long taken = Math.min(cost, max - before);
            if (taken <= 0) {
                return 0;
            }
            if (used.compareAndSet(before, before + taken)) {
                return taken;
            }
        }
    }

    /** Hands back what was taken. */
    void give(long cost) {
        if (cost != 0) {
            used.addAndGet(-cost);
        }
    }
}
