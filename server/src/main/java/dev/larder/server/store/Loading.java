package dev.larder.server.store;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Entries of an earlier life of the store come in while clients work. What clients do wins: a key that is there stays as it
 * is, and one that was looked for and not found, was removed, evicted, or expired since the loading began does not come
 * back. So a key may be left out that nobody changed, and an old value never takes a new one's place.
 *
 * <p>The idea: each shard {@linkplain Marks marks} the hashes of keys that {@link Entry#open} did not find and of those that
 * leave, and only keys without a mark come in. Databases are told apart by their keyspaces as of the beginning; so what
 * was in a database that is flushed is left out, though none of it had come in yet, and what was in one that is swapped
 * comes in where it is now.
 *
 * <p>An entry whose value comes in pieces is built in a keyspace of its own, where no client sees it, and is
 * {@linkplain #publish published} whole. Nothing is evicted for what comes in: where there is no room, an
 * {@link OutOfRoomException} says so.
 *
 * <p>Confined to one thread; a store has one loading at a time. To be closed, whatever happened.
 */
@SuppressWarnings("try") // a section is held, not used
public final class Loading implements AutoCloseable {
    private static final int FLUSHED = -1;
    private static final long MARKS_BYTES = 2L << 20;
    /** Marks take so much of the bound at most. */
    private static final int MARKS_PART = 64;
    /** An entry takes more of what it comes from. */
    private static final int LEAST_ENTRY_BYTES = 4;
    /** Indexes made for what is to come take so much of the bound at most: they take more of a store of small entries. */
    private static final int INDEX_PART = 16;

    private final OffHeapStore store;
    /** The keyspace of each database as of the beginning. Written under all locks, read under any. */
    private final int[] keyspaces = new int[Limits.DATABASES];

    private @Nullable Slice staged;

    Loading(OffHeapStore store) {
        this.store = store;
        Arrays.setAll(keyspaces, store.databases()::keyspace);
    }

    /** How many bytes the marks of each shard take. */
    static long marksBytes(long maxBytes, int shards) {
        return Math.min(MARKS_BYTES, maxBytes / MARKS_PART) / shards;
    }

    /**
     * So many entries are to come, from a source of so many bytes: the indexes make room for them at once, and need not
     * grow in steps. Only a hint: where there is no memory for that, they grow in steps.
     */
    public void expect(long entries, long sourceBytes) {
        store.expect(Math.min(entries, sourceBytes / LEAST_ENTRY_BYTES), INDEX_PART);
    }

    /** A database is flushed; all locks are held. */
    void flushed(int keyspace) {
        for (int i = 0; i < keyspaces.length; i++) {
            keyspaces[i] = keyspaces[i] == keyspace ? FLUSHED : keyspaces[i];
        }
    }

    /**
     * Opens an entry that is not there, to be filled; false where it must not be, and then nothing is open.
     *
     * @param database as it was numbered when the loading began
     */
    public boolean open(int database, Slice key, Entry entry) {
        Limits.check("a key", key.length(), Limits.MAX_KEY_BYTES);
        long hash = store.sip().hash(key, 0);
        Shard shard = store.lockShard(hash);
        try {
            if (!isWanted(shard, database, key, hash)) {
                return false;
            }
            entry.openAbsent(shard, keyspaces[database], key, hash);
            return true;
        } finally {
            shard.lock.unlock();
        }
    }

    private boolean isWanted(Shard shard, int database, Slice key, long hash) {
        int keyspace = keyspaces[database];
        return keyspace != FLUSHED
                && !shard.isMarked(Shard.hashIn(keyspace, hash))
                && shard.find(keyspace, key, hash) == SlotTable.NONE;
    }

    /** Opens an entry that comes in pieces, where only the loading sees it. It is there but for the first piece. */
    public void openStaged(Slice key, Entry entry) {
        Limits.check("a key", key.length(), Limits.MAX_KEY_BYTES);
        if (staged == null) {
            staged = Slice.of(key.toBytes());
        }
        long hash = store.sip().hash(key, 0);
        Shard shard = store.lockShard(hash);
        try {
            entry.openFound(shard, Databases.STAGING, key, hash);
        } finally {
            shard.lock.unlock();
        }
    }

    /** The entry that came in pieces is whole: clients see it from now on, or, false, it was not wanted any more. */
    public boolean publish(int database, Slice key) {
        long hash = store.sip().hash(key, 0);
        Shard shard = store.lockShard(hash);
        shard.sparing = true;
        try {
            int slot = shard.find(Databases.STAGING, key, hash);
            if (slot == SlotTable.NONE || !isWanted(shard, database, key, hash)) {
                return false;
            }
            shard.rehome(slot, keyspaces[database], hash);
            shard.appearances.of(slot, key);
            staged = null;
            return true;
        } finally {
            shard.sparing = false;
            shard.lock.unlock();
        }
    }

    /** Forgets the entry that came in pieces, if there is one. */
    public void abandon() {
        Slice key = staged;
        if (key == null) {
            return;
        }
        staged = null;
        long hash = store.sip().hash(key, 0);
        Shard shard = store.lockShard(hash);
        try {
            int slot = shard.find(Databases.STAGING, key, hash);
            if (slot != SlotTable.NONE) {
                shard.remove(slot, false);
            }
        } finally {
            shard.lock.unlock();
        }
    }

    /** Ends the loading: from now on keys leave no marks. */
    @Override
    public void close() {
        if (!store.isClosed()) {
            try {
                abandon();
            } finally {
                store.endLoading();
            }
        }
    }
}
