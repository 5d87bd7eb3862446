package dev.larder.load;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A value from the origin with terms of its own. Immutable.
 *
 * @param value the value; null where the origin has none
 * @param ownTimeToLive how long it stays fresh at most; null for the cache's own time to live;
 *     {@link Duration#ZERO} for a value that must not be stored
 */
public record Loaded<V>(@Nullable V value, @Nullable Duration ownTimeToLive) {
    public Loaded {
        if (ownTimeToLive != null && ownTimeToLive.isNegative()) {
            throw new IllegalArgumentException("timeToLive must be >= 0 but was " + ownTimeToLive);
        }
    }

    /** The value on the cache's own terms. */
    public static <V> Loaded<V> of(@Nullable V value) {
        return new Loaded<>(value, null);
    }

    /** The same value, fresh for {@code timeToLive}; zero hands it to the callers that wait and stores nothing. */
    public Loaded<V> timeToLive(Duration timeToLive) {
        return new Loaded<>(value, timeToLive);
    }
}
