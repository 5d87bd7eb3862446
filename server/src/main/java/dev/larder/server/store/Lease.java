package dev.larder.server.store;

/**
 * The right to make the value of one key, for a time. Immutable.
 *
 * @param high half of its token: 128 random bits
 * @param low the other half
 * @param reading the reading of the tag clock when it began
 */
public record Lease(long high, long low, long reading) {
    /** The longest time for one, in milliseconds. */
    public static final long MAX_MILLIS = 3_600_000;
}
