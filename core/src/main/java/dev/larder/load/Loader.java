package dev.larder.load;

import org.jspecify.annotations.Nullable;

/**
 * Reads one value from the origin. User code: called without any lock held, by at most one thread per key and process at
 * a time.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
@FunctionalInterface
public interface Loader<K, V> {
    /**
     * Reads the value of {@code key}.
     *
     * @return the value, or null where the origin has none: the null is cached, for
     *     the cache's {@code negativeTimeToLive} at most
     * @throws Exception whatever the origin throws; callers get it as the cause of a
     *     {@link dev.larder.failure.LoadException}
     */
    @Nullable V load(K key) throws Exception;
}
