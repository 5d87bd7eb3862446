package dev.larder.policy;

import java.util.Arrays;

/**
 * Who was not read or written for longest leaves first, nearly: {@code allkeys-lru} and {@code volatile-lru}.
 *
 * <p>The clock counts additions, and a hit stamps its slot with it, where that is not its stamp already. A logical clock
 * and not a coarse reading of the ticker, as Redis has it, for it ticks as fast as entries are turned over: a second is
 * nothing in a quiet cache, and in a busy one it is longer than a whole shard lives, whose stamps would then all be
 * alike. It needs no reading of the time, costs hot entries one store for each addition at most, and goes the same way in
 * every run. Hits between two additions count as one moment.
 *
 * <p>Stamps are compared by their distance from the clock, so the clock may wrap around: an entry that stays untouched for
 * four thousand million additions to its shard looks young again.
 *
 * <p>Memory: 5¼ bytes a slot.
 */
final class ApproximateLru extends CandidatePolicy {
    /** Written under the owner's lock only. A hit may read it late, and stamps a little too old a time then. */
    private int clock;
    /** By slot: when it was last read or written. Written by any thread. */
    private int[] stamps = {};

    ApproximateLru(Candidates kind, int seed) {
        super(kind, seed);
    }

    @Override
    public void onHit(int slot, int hash) {
        int[] times = stamps;
        int now = clock;
        if (slot < times.length && times[slot] != now) {
            times[slot] = now;
        }
    }

    @Override
    void added(int slot, long expiresAt) {
        stamps[slot] = ++clock;
    }

    @Override
    void updated(int slot, long expiresAt) {
        stamps[slot] = clock;
    }

    @Override
    long coldness(int slot) {
        return Integer.toUnsignedLong(clock - stamps[slot]);
    }

    @Override
    public void grow(int slots) {
        int[] grownStamps = Arrays.copyOf(stamps, slots);
        super.grow(slots);
        stamps = grownStamps;
    }

    @Override
    public void clear() {
        super.clear();
        stamps = new int[0];
    }
}
