package dev.larder.server.store;

/**
 * What 14 bits of an entry say of its reads. Without LFU they are the time of the last one, in steps of
 * {@value #IDLE_STEP_MILLIS} ms; they come round after three days. With LFU they are the minute in which its count will have
 * come down to zero, as in {@code core}'s {@code ApproximateLfu}. For reports; no policy reads them. Pure functions.
 */
final class Access {
    static final int MASK = 0x3FFF;
    static final int IDLE_STEP_MILLIS = 16_000;
    private static final int MINUTE_MILLIS = 60_000;
    private static final int INITIAL = 5;
    private static final int LOG_FACTOR = 10;
    private static final int MAX_COUNT = 255;

    private Access() {}

    /** Of a new entry. */
    static int first(long now, boolean counts) {
        return counts ? ((int) (now / MINUTE_MILLIS + INITIAL)) & MASK : step(now);
    }

    private static int step(long now) {
        return (int) (now / IDLE_STEP_MILLIS) & MASK;
    }

    /** After a read. {@code dice} are 32 random bits. */
    static int read(int bits, long now, boolean counts, int dice) {
        if (!counts) {
            return step(now);
        }
        int count = frequency(bits, now);
        long chance = (1L << 32) / ((long) Math.max(0, count - INITIAL) * LOG_FACTOR + 1);
        boolean counted = count < MAX_COUNT && Integer.toUnsignedLong(dice) < chance;
        return (int) (now / MINUTE_MILLIS + count + (counted ? 1 : 0)) & MASK;
    }

    /** The count of an entry, as {@code OBJECT FREQ} has it. */
    static int frequency(int bits, long now) {
        int left = (bits - (int) (now / MINUTE_MILLIS)) & MASK;
        return left > 2 * MAX_COUNT ? 0 : Math.min(left, MAX_COUNT);
    }

    /** Milliseconds since the last read, in whole steps. */
    static long idleMillis(int bits, long now) {
        return (long) ((step(now) - bits) & MASK) * IDLE_STEP_MILLIS;
    }
}
