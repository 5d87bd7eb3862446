package dev.larder.store;

/** A store of two shards, and a key for each. */
final class Shards {
    static final Key IN_FIRST = keyOf(0);
    static final Key IN_SECOND = keyOf(1);

    private Shards() {}

    static HeapStore<Key, Value> two(Bound bound) {
        HeapStore<Key, Value> store = new HeapStore<>(StoreOptions.of(bound).withMaxShards(2), (node, cause) -> {});
        if (store.shardCount() != 2) {
            throw new IllegalStateException("two shards are wanted but there are " + store.shardCount());
        }
        return store;
    }

    private static Key keyOf(int shard) {
        int hash = 0;
        while ((Node.spread(hash) & 1) != shard) {
            hash++;
        }
        return new Key(hash, hash);
    }
}
