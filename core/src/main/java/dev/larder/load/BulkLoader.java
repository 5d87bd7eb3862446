package dev.larder.load;

import java.util.Map;
import java.util.Set;

/**
 * Reads many values from the origin in one call.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
@FunctionalInterface
public interface BulkLoader<K, V> {
    /**
     * Reads the values of {@code keys}, each at most once.
     *
     * @return the values found; a key that is missing has no value at the origin, and that is cached as a null is; keys
     *     that were not asked for are ignored
     */
    Map<? extends K, ? extends V> loadAll(Set<? extends K> keys) throws Exception;
}
