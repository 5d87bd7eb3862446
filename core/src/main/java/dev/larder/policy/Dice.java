package dev.larder.policy;

/**
 * Random numbers that are the same in every run: xorshift64*, after Vigna, "An experimental exploration of Marsaglia's
 * xorshift generators, scrambled" (2016). Not thread-safe: guarded by the lock of the policy's owner.
 */
final class Dice {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private long state;

    /** Different seeds give different sequences. */
    Dice(int seed) {
        state = state(seed);
    }

    /** Sixty-four random bits. */
    long roll() {
        state = next(state);
        return bits(state);
    }

    /** The state to begin with; never zero, where the sequence would stand still. */
    static long state(int seed) {
        return (seed + 1L) * GOLDEN | 1;
    }

    static long next(long state) {
        long x = state;
        x ^= x >>> 12;
        x ^= x << 25;
        return x ^ (x >>> 27);
    }

    static long bits(long state) {
        return state * 0x2545F4914F6CDD1DL;
    }
}
