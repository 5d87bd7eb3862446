package dev.larder.server.store;

import java.util.Arrays;

/** How many keys each keyspace has in a shard, how many of them expire, and what left. Guarded by the shard's lock. */
final class Census {
    final int[] keys = new int[Databases.KEYSPACES];
    final int[] expiring = new int[Databases.KEYSPACES];
    long evicted;
    long expired;
    /** What clients changed; an estimate that never misses one. */
    long changes;

    void add(int keyspace, boolean expires) {
        keys[keyspace]++;
        expiring[keyspace] += expires ? 1 : 0;
    }

    void remove(int keyspace, boolean expires) {
        keys[keyspace]--;
        expiring[keyspace] -= expires ? 1 : 0;
    }

    void expiry(int keyspace, boolean had, boolean has) {
        expiring[keyspace] += (has ? 1 : 0) - (had ? 1 : 0);
    }

    int total() {
        return Arrays.stream(keys).sum();
    }

    /** A bit for each keyspace without keys. */
    long empty() {
        long empty = 0;
        for (int i = 0; i < keys.length; i++) {
            empty |= keys[i] == 0 ? 1L << i : 0;
        }
        return empty;
    }

    void clear() {
        Arrays.fill(keys, 0);
        Arrays.fill(expiring, 0);
    }
}
