package dev.larder.time;

/**
 * A source of elapsed time, never of the time of day.
 *
 * <p>Readings count nanoseconds from an origin of the ticker's own, start at or above zero and never go back. They mean
 * nothing in another process. {@link Long#MAX_VALUE} is reserved for "never". Thread-safe.
 */
@FunctionalInterface
public interface Ticker {
    /** A reading that means "never": later than any the ticker gives. */
    long NEVER = Long.MAX_VALUE;

    /** Nanoseconds since the ticker's origin; never negative, never decreasing. */
    long nanos();

    /**
     * A reading that the present has not passed, and that costs less than {@link #nanos()} where it can: what is before it
     * is not necessarily past, but what is after it is certainly to come.
     */
    default long ceilingNanos() {
        return nanos();
    }

    /** The ticker of this process, counted from the moment this class was loaded. */
    static Ticker system() {
        return SystemTicker.INSTANCE;
    }

    /** The reading {@code durationNanos} after {@code nanos}, or {@link #NEVER} where the sum has no room. */
    static long after(long nanos, long durationNanos) {
        long sum = nanos + durationNanos;
        return sum < 0 || durationNanos == NEVER ? NEVER : sum;
    }
}
