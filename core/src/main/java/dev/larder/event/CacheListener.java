package dev.larder.event;

import org.jspecify.annotations.Nullable;

/**
 * Hears what happens in a cache. Every method has an empty default; override those of interest.
 *
 * <p>Calls come one at a time from a background thread, after the fact; changes that two threads make to one key at one
 * moment may be told in either order. The queue is bounded: where a listener is too slow, events are dropped and counted ({@code eventsDropped} of
 * {@link dev.larder.stats.CacheStats}). What a listener throws is logged, rate-limited, and harms nothing.
 */
public interface CacheListener<K, V> {
    /** An entry left the in-process tier. {@code value} is null for a cached null. */
    default void onRemoval(K key, @Nullable V value, RemovalCause cause) {}

    /** A load succeeded after {@code loadNanos}; {@code value} is null where the origin has none. */
    default void onLoad(K key, @Nullable V value, long loadNanos) {}

    /** A load failed; {@code servedStale} tells whether callers got an older value instead. */
    default void onLoadFailure(K key, Throwable cause, boolean servedStale) {}

    /** A shared tier stopped or began to answer again. */
    default void onTierStateChange(String tier, boolean available) {}
}
