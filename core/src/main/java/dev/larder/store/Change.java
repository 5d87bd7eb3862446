package dev.larder.store;

import org.jspecify.annotations.Nullable;

/** One atomic change of one entry. Runs under the store's lock: short, no user code, no I/O, no call of a store. */
@FunctionalInterface
public interface Change<K, V> {
    /**
     * Says what the key maps to from now on.
     *
     * @param current the entry now stored, expired or not; null for none
     * @return {@code current} itself to leave all as it is, another node to store it, null to remove
     */
    @Nullable Node<K, V> apply(@Nullable Node<K, V> current);
}
