package dev.larder.memcached;

import dev.larder.codec.Envelope;
import dev.larder.tier.FarValue;

/**
 * Lives in Memcached's whole seconds, so that nothing is ever read past the time it was promised. Pure.
 *
 * <p>The server counts in seconds of its own and tells neither when one began nor when an item came within one. Of an item
 * that was given T seconds and has t left, up to T − t + 1 have passed: so much is taken off the life that its envelope
 * names. The price is up to two seconds at the end of each life.
 */
final class Seconds {
    /** Longer ones Memcached takes for a date. */
    static final int LONGEST = 30 * 24 * 60 * 60;

    private static final long MILLIS = 1_000;
    private static final int SHORTEST_LEASE = 2;

    private Seconds() {}

    /** What the server is told of a value's life: 0 for no limit. */
    static int life(FarValue value) {
        long millis = value.leftMillis();
        if (millis != -1 && millis <= 0) {
            throw new IllegalArgumentException("leftMillis must be > 0, or -1 for no limit, but was " + millis);
        }
        return millis < 0 ? 0 : up(millis);
    }

    /** What the server is told of a lease: never less than was asked for, since the holder watches the end itself. */
    static int lease(long millis) {
        return Math.min(LONGEST, Math.max(SHORTEST_LEASE, up(millis) + 1));
    }

    /** How long a value that has {@code secondsLeft} on the server, or -1 for no limit, may still be used. */
    static long leftMillis(byte[] envelope, long secondsLeft) {
        long lifeMillis = Envelope.lifeMillis(envelope);
        if (secondsLeft < 0) {
            return Math.max(-1, lifeMillis);
        }
        if (lifeMillis < 0) { // softly expired, or damaged
            return Math.max(0, (secondsLeft - 1) * MILLIS);
        }
        long capped = Math.min(lifeMillis, LONGEST * MILLIS);
        long passed = (up(capped) - secondsLeft + 1) * MILLIS;
        return Math.max(0, Math.min(capped, capped - passed));
    }

    /** The life of a value that expires softly: the server's seconds left, or {@code maxStaleMillis} if that is less. */
    static int stale(long maxStaleMillis, long secondsLeft) {
        long stale = Math.max(1, Math.min(LONGEST, maxStaleMillis / MILLIS));
        return (int) (secondsLeft < 0 ? stale : Math.max(1, Math.min(stale, secondsLeft)));
    }

    private static int up(long millis) {
        return (int) Math.min(LONGEST, (millis + MILLIS - 1) / MILLIS);
    }
}
