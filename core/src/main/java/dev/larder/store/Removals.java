package dev.larder.store;

import dev.larder.event.RemovalCause;
import dev.larder.failure.CacheFullException;

/** Told of each entry that left a store. Called without the store's lock held where the store can; must not block. */
@FunctionalInterface
public interface Removals<K, V> {
    void removed(Node<K, V> node, RemovalCause cause);

    /**
     * Told of an entry that is about to leave for another reason than that a newer value of its key takes its place; under
     * the lock of its shard. Where this throws, the entry stays.
     */
    default void leaving(Node<K, V> node, RemovalCause cause) {}

    /**
     * Told that there is no room for an entry, since the policy lets none leave; under the lock of its shard.
     *
     * @param full the bound that is reached
     * @return what the change throws
     */
    default CacheFullException refused(Bound full) {
        return new CacheFullException("the store is full, at " + full.max() + " " + full.unit()
                + ", and its eviction policy lets no entry leave");
    }
}
