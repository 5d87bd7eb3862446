package dev.larder.redis;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the clock of the server at the other end of a connection shows, from what it said last and the process's own ticker
 * since. Asked once a second; what it said three seconds ago is not relied on, so that a server whose clock was set is
 * believed again soon.
 *
 * <p>Thread-safe.
 */
final class ServerClock {
    /** Stands for a moment that is not known. */
    static final long UNKNOWN = -1;

    private static final long RELIABLE_NANOS = TimeUnit.SECONDS.toNanos(3);

    private record Reading(long millis, long sentNanos, long receivedNanos) {}

    private volatile @Nullable Reading last;

    /**
     * The server answered {@code seconds} and {@code micros}, milliseconds since 1970 in all, to a question sent and answered at
     * these readings of the ticker.
     */
    void told(long seconds, long micros, long sentNanos, long receivedNanos) {
        long millis = TimeUnit.SECONDS.toMillis(seconds) + TimeUnit.MICROSECONDS.toMillis(micros);
        last = new Reading(millis, sentNanos, receivedNanos);
    }

    /** The latest that it may be there, in milliseconds since 1970; {@link #UNKNOWN} where it has not said so lately. */
    long latest(long nowNanos) {
        Reading reading = reliable(nowNanos);
        return reading == null ? UNKNOWN : reading.millis() + 2 + millisBetween(reading.sentNanos(), nowNanos);
    }

    /** The earliest that it may be there, likewise. */
    long earliest(long nowNanos) {
        Reading reading = reliable(nowNanos);
        return reading == null ? UNKNOWN : reading.millis() + millisBetween(reading.receivedNanos(), nowNanos);
    }

    private @Nullable Reading reliable(long nowNanos) {
        Reading reading = last;
        return reading == null || nowNanos - reading.sentNanos() > RELIABLE_NANOS ? null : reading;
    }

    private static long millisBetween(long fromNanos, long toNanos) {
        return Math.max(0, TimeUnit.NANOSECONDS.toMillis(toNanos - fromNanos));
    }
}
