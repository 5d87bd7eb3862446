package dev.larder.server.store;

import java.util.Arrays;
import java.util.concurrent.TimeUnit;

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

    /** Whether a key's lock is among those that are held. */
    public boolean holds(Slice key) {
        return wanted[store.shardOf(store.sip().hash(key, 0))];
    }

    /** Whether all locks are held. */
    public boolean holdsAll() {
        for (boolean each : wanted) {
            if (!each) {
                return false;
            }
        }
        return true;
    }

    /**
     * Takes the locks that are missing while it holds others, out of their order: so it waits for none of them longer than
     * {@code millis}, and has taken none where this is false.
     */
    public boolean extend(long millis) {
        boolean[] taken = new boolean[wanted.length];
        for (int i = 0; i < wanted.length; i++) {
            taken[i] = !wanted[i] && isTaken(i, millis);
            if (!taken[i] && !wanted[i]) {
                for (int j = 0; j < i; j++) {
                    if (taken[j]) {
                        store.shard(j).lock.unlock();
                    }
                }
                return false;
            }
        }
        Arrays.fill(wanted, true);
        return true;
    }

    private boolean isTaken(int shard, long millis) {
        try {
            return store.shard(shard).lock.tryLock(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
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
