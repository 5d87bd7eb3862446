package dev.larder.server.memcached;

import dev.larder.server.store.Entry;

/** Memcached's times: up to 30 days they count from now, more is a time of day, all in seconds. Pure. */
final class Times {
    private static final long SECOND = 1_000;
    private static final long MOST_RELATIVE = 60 * 60 * 24 * 30;

    private Times() {}

    /** The time of day in milliseconds when something ends; {@link Entry#NEVER} for 0, and now for what is over. */
    static long expiresAt(long seconds, long nowMillis) {
        return seconds == 0 ? Entry.NEVER : moment(seconds, nowMillis);
    }

    /** The time of day in milliseconds that a number of seconds means, now or later. */
    static long moment(long seconds, long nowMillis) {
        if (seconds <= 0) {
            return nowMillis;
        }
        if (seconds <= MOST_RELATIVE) {
            return nowMillis + seconds * SECOND;
        }
        return seconds >= Entry.NEVER / SECOND ? Entry.NEVER - 1 : Math.max(nowMillis, seconds * SECOND);
    }

    /** Whole seconds left, begun ones included; -1 for ever. */
    static long left(long expiresAt, long nowMillis) {
        return expiresAt == Entry.NEVER ? -1 : Math.max(0, Math.ceilDiv(expiresAt - nowMillis, SECOND));
    }

    /** Whether less is left of an item's life than {@code seconds}. */
    static boolean isDue(long expiresAt, long seconds, long nowMillis) {
        if (expiresAt == Entry.NEVER || seconds <= 0) {
            return false;
        }
        return left(expiresAt, nowMillis) < left(moment(seconds, nowMillis), nowMillis);
    }
}
