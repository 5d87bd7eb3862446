package dev.larder.load;

/**
 * A {@link Loader} that also says how long its value may live.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
@FunctionalInterface
public interface EntryLoader<K, V> {
    /** Reads the value of {@code key} with its own terms; never null, but {@link Loaded#of} takes a null value. */
    Loaded<V> load(K key) throws Exception;
}
