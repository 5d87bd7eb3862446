package dev.larder.server.store;

import java.util.Arrays;

/**
 * Holds the locks of several keys, or of all, so that what is done with them happens at one moment. Locks are taken in
 * the order of shards, so sections never wait in a circle. Used again and again, and confined to one thread, which has
 * no entry open as it {@linkplain #lock locks}. While the section holds, entries are opened as ever.
 */
public final class Section implements AutoCloseable {
    private final OffHeapStore store;
    private final boolean[] wanted;
    private boolean locked;

    Section(OffHeapStore store, int shards) {
        this.store = store;
        this.wanted = new boolean[shards];
    }

    /** Adds a key, of any database. */
    public Section add(Slice key) {
        checkOpen();
        wanted[store.shardOf(store.sip().hash(key, 0))] = true;
        return this;
    }

    /** Adds all keys. */
    public Section addAll() {
        checkOpen();
        Arrays.fill(wanted, true);
        return this;
    }

    private void checkOpen() {
        if (locked) {
            throw new IllegalStateException("the section is locked");
        }
    }

    /** Waits for all locks. */
    public Section lock() {
        checkOpen();
        locked = true;
        for (int i = 0; i < wanted.length; i++) {
            if (wanted[i]) {
                store.shard(i).lock.lock();
            }
        }
        return this;
    }

    /** Lets go of all locks and forgets the keys. */
    @Override
    public void close() {
        for (int i = wanted.length - 1; i >= 0; i--) {
            if (wanted[i] && locked) {
                store.shard(i).lock.unlock();
            }
            wanted[i] = false;
        }
        locked = false;
    }
}
