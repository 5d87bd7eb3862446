package dev.larder.store;

import dev.larder.event.RemovalCause;
import org.jspecify.annotations.Nullable;

/** What the stress tests put into stores, and what they say of what they find there. */
final class Stock {
    /** Nothing was found. */
    static final int MISS = 0;
    /** Something was found that was never put like that: the value of another key, or half of one. */
    static final int WRONG = -1;

    private Stock() {}

    /** A store of one shard that begins without arrays. */
    static HeapStore<Key, Value> store(long maxEntries) {
        return new HeapStore<>(StoreOptions.of(Bound.entries(maxEntries)).withMaxShards(1), (node, cause) -> {});
    }

    static Node<Key, Value> node(Key key, int version) {
        return new Node<>(key, new Value(key, version), 1);
    }

    /** The version found, {@link #MISS} or {@link #WRONG}. */
    static int versionIn(@Nullable Node<Key, Value> node, Key key) {
        if (node == null) {
            return MISS;
        }
        Value value = node.value();
        return value != null && node.key().equals(key) ? value.versionFor(key) : WRONG;
    }

    static int find(HeapStore<Key, Value> store, Key key) {
        return versionIn(store.find(key), key);
    }

    /** Puts a version, at least 1; returns the one before. */
    static int put(HeapStore<Key, Value> store, Key key, int version) {
        return put(store, node(key, version));
    }

    static int put(HeapStore<Key, Value> store, Node<Key, Value> node) {
        return change(store, node.key(), current -> node);
    }

    /** Removes a key; returns the version before. */
    static int remove(HeapStore<Key, Value> store, Key key) {
        return change(store, key, current -> null);
    }

    private static int change(HeapStore<Key, Value> store, Key key, Change<Key, Value> change) {
        int[] before = new int[1];
        store.update(
                key,
                current -> {
                    before[0] = versionIn(current, key);
                    return change.apply(current);
                },
                RemovalCause.REMOVED);
        return before[0];
    }
}
