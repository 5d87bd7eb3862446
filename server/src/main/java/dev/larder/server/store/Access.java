package dev.larder.server.store;

/**
 * What 14 bits of an entry say of its reads: one whether there was any, 13 when. Without LFU these are the time of the last
 * one, in steps of {@value #IDLE_STEP_MILLIS} ms; they come round after a day and a half. With LFU they are the minute in which its count will have
 * come down to zero, as in {@code core}'s {@code ApproximateLfu}. For reports; no policy reads them. Pure functions.
 */
final class Access {
    static final int MASK = 0x3FFF;

    private static final int HIT = 0x2000;
    private static final int TIME = 0x1FFF;
    static final int IDLE_STEP_MILLIS = 16_000;
    private static final int MINUTE_MILLIS = 60_000;
    private static final int INITIAL = 5;
    private static final int LOG_FACTOR = 10;
    private static final int MAX_COUNT = 255;

    private Access() {}

    /** Of a new entry. */
    static int first(long now, boolean counts) {
        return counts ? ((int) (now / MINUTE_MILLIS + INITIAL)) & TIME : step(now);
    }

    static boolean wasHit(int bits) {
        return (bits & HIT) != 0;
    }

    /** As of a value that nobody has read. */
    static int unhit(int bits) {
        return bits & TIME;
    }

    private static int step(long now) {
        return (int) (now / IDLE_STEP_MILLIS) & TIME;
    }

    /** After a read. {@code dice} are 32 random bits. */
    static int read(int bits, long now, boolean counts, int dice) {
        if (!counts) {
            return HIT | step(now);
        }
        int count = frequency(bits, now);
        long chance = (1L << 32) / ((long) Math.max(0, count - INITIAL) * LOG_FACTOR + 1);
        boolean counted = count < MAX_COUNT && Integer.toUnsignedLong(dice) < chance;
        return HIT | ((int) (now / MINUTE_MILLIS + count + (counted ? 1 : 0)) & TIME);
    }

    /** The count of an entry, as {@code OBJECT FREQ} has it. */
    static int frequency(int bits, long now) {
        int left = (bits - (int) (now / MINUTE_MILLIS)) & TIME;
        return left > 2 * MAX_COUNT ? 0 : Math.min(left, MAX_COUNT);
    }

    /** Milliseconds since the last read, in whole steps. */
    static long idleMillis(int bits, long now) {
        return (long) ((step(now) - bits) & TIME) * IDLE_STEP_MILLIS;
    }
}
