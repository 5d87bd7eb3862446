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
    private final long max;
    private final AtomicLong used = new AtomicLong();

    Ledger(long max) {
        this.max = max;
    }

    long max() {
        return max;
    }

    long used() {
        return used.get();
    }

    /** Takes as much of {@code cost} as there is left, and says how much that was. */
    long take(long cost) {
        while (true) {
            long before = used.get();
            long taken = Math.min(cost, max - before);
            if (taken == 0 || used.compareAndSet(before, before + taken)) {
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
