package dev.larder;

import dev.larder.time.Ticker;
import java.time.Duration;

/** From the API's {@link Duration} to the nanoseconds used inside. */
final class Durations {
    private static final Duration LONGEST = Duration.ofDays(365L * 100);

    private Durations() {}

    /** The nanoseconds of {@code duration}; a hundred years or more are {@link Ticker#NEVER}. */
    static long nanos(Duration duration) {
        return duration.compareTo(LONGEST) >= 0 ? Ticker.NEVER : duration.toNanos();
    }
}
