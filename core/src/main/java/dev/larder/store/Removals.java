package dev.larder.store;

import dev.larder.event.RemovalCause;

/** Told of each entry that left a store. Called without the store's lock held where the store can; must not block. */
@FunctionalInterface
public interface Removals<K, V> {
    void removed(Node<K, V> node, RemovalCause cause);
}
