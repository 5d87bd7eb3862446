package dev.larder.load;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A value from the origin with terms of its own. Immutable.
 *
 * @param value the value; null where the origin has none
 * @param ownTimeToLive how long it stays fresh at most; null for the cache's own time to live;
 *     {@link Duration#ZERO} for a value that must not be stored
 * @param tags labels by which it can be invalidated, beside those that the cache gives it
 */
public record Loaded<V>(@Nullable V value, @Nullable Duration ownTimeToLive, List<String> tags) {
    public Loaded {
        if (ownTimeToLive != null && ownTimeToLive.isNegative()) {
            throw new IllegalArgumentException("timeToLive must be >= 0 but was " + ownTimeToLive);
        }
        tags = List.copyOf(tags);
    }

    /** The value on the cache's own terms. */
    public static <V> Loaded<V> of(@Nullable V value) {
        return new Loaded<>(value, null, List.of());
    }

    /** The same value, fresh for {@code timeToLive}; zero hands it to the callers that wait and stores nothing. */
    public Loaded<V> timeToLive(Duration timeToLive) {
        return new Loaded<>(value, timeToLive, tags);
    }

    /** The same value with these tags: see {@link dev.larder.Cache#removeTag}. */
    public Loaded<V> tags(String... names) {
        return tags(List.of(names));
    }

    /** As {@link #tags(String...)}. */
    public Loaded<V> tags(Collection<String> names) {
        return new Loaded<>(value, ownTimeToLive, List.copyOf(names));
    }
}
