package dev.larder.policy;

import java.util.Arrays;

/**
 * Who expires soonest leaves first, nearly: {@code volatile-ttl}. Reads change nothing.
 *
 * <p>Memory: 5¼ bytes a slot. Times are kept in steps of {@link #STEP_BITS} bits of nanoseconds, 67 ms, so that an int
 * holds four years and a half; what expires later counts as if it did then.
 */
final class NearestExpiry extends CandidatePolicy {
    private static final int STEP_BITS = 26;

    /** By slot: when its entry expires. */
    private int[] expiries = {};

    NearestExpiry(Candidates kind, int seed) {
        super(kind, seed);
    }

    @Override
    public void onHit(int slot, int hash) {
        // Time alone decides.
    }

    @Override
    void added(int slot, long expiresAt) {
        expiries[slot] = (int) Math.min(Integer.MAX_VALUE, expiresAt >>> STEP_BITS);
    }

    @Override
    void updated(int slot, long expiresAt) {
        added(slot, expiresAt);
    }

    @Override
    long coldness(int slot) {
        return Integer.MAX_VALUE - (long) expiries[slot];
    }

    @Override
    public void grow(int slots) {
        int[] grownExpiries = Arrays.copyOf(expiries, slots);
        super.grow(slots);
        expiries = grownExpiries;
    }

    @Override
    public void clear() {
        super.clear();
        expiries = new int[0];
    }
}
