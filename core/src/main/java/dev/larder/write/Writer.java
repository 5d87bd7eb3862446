package dev.larder.write;

/**
 * Writes one value to the origin: the system of record. User code, called without any lock held.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
@FunctionalInterface
public interface Writer<K, V> {
    /**
     * Returns once the origin has accepted the value.
     *
     * @throws Exception whatever the origin throws; the caller of {@code put} gets it as the cause of a
     *     {@link dev.larder.failure.WriteException}, and the key is left without a value
     */
    void write(K key, V value) throws Exception;
}
