package dev.larder.read;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a cache holds for one key at one moment. Immutable.
 *
 * @param state fresh, stale or nothing
 * @param value the value; null for a miss and for a cached null, which {@code state} tells apart
 * @param age time since the value was read from the origin or put; zero for a miss, and for a value that never expires
 *     in a cache that keeps no times: one in process, without a time to live, to idle or of staleness
 * @param tier which tier answered: {@code memory} or the far tier's name; empty for a miss
 */
public record Lookup<V>(State state, @Nullable V value, Duration age, String tier) {
    /** What was found. */
    public enum State {
        /** A value that may be used; null where the origin was known to have none. */
        HIT,
        /** A value past its time to live that is still kept. */
        STALE,
        /** Nothing. */
        MISS
    }

    private static final Lookup<?> MISS = new Lookup<>(State.MISS, null, Duration.ZERO, "");

    /** Nothing was found. */
    @SuppressWarnings("unchecked") // holds no value of any type
    public static <V> Lookup<V> miss() {
        return (Lookup<V>) MISS;
    }

    public boolean isHit() {
        return state == State.HIT;
    }

    public boolean isStale() {
        return state == State.STALE;
    }

    public boolean isMiss() {
        return state == State.MISS;
    }
}
