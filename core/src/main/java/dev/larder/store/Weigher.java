package dev.larder.store;

import org.jspecify.annotations.Nullable;

/**
 * Measures entries in a unit of the user's own. User code: called once per store of a value, without any lock held.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
@FunctionalInterface
public interface Weigher<K, V> {
    /** What the entry counts against the bound, at least 0; {@code value} is null for a cached null. */
    int weigh(K key, @Nullable V value);
}
