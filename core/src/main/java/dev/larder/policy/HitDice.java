package dev.larder.policy;

/**
 * Random numbers for hits: {@link Dice} for threads that take no lock. There are some stripes, and a thread's id names its
 * own, so that threads seldom write to one cache line. Two that do may get one number twice, which harms nothing.
 *
 * <p>All stripes begin alike: one thread alone gets the same numbers in every run, whatever its id. Thread-safe.
 */
final class HitDice {
    /** Longs per stripe: a pair of cache lines. */
    private static final int STRIDE = 16;

    private static final int STRIPES =
            Math.min(64, Integer.highestOneBit(Runtime.getRuntime().availableProcessors()) * 4);

    private final long[] states = new long[(STRIPES + 1) * STRIDE];

    HitDice() {
        for (int at = STRIDE; at < states.length; at += STRIDE) {
            states[at] = Dice.state(0);
        }
    }

    /** Thirty-two random bits, as a number from 0 on. */
    @SuppressWarnings("deprecation") // threadId() came with 19
    long roll() {
        long id = Thread.currentThread().getId();
        int stripe = (int) (id ^ (id >>> 7)) & (STRIPES - 1);
        int at = (1 + stripe) * STRIDE; // the first one is padding
        long state = Dice.next(states[at]);
        states[at] = state;
        return Dice.bits(state) >>> 32;
    }
}
