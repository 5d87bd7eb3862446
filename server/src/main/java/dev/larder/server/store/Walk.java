package dev.larder.server.store;

/**
 * A walk through a store's entries, in steps. Used again and again, and confined to one thread, which has no entry open
 * then. A snapshot walks {@linkplain #ALL all databases}.
 */
public final class Walk {
    /** Stands for all databases. */
    public static final int ALL = -1;

    private static final int SLOT_BITS = 25;
    private static final int TOP = 1 << (SLOT_BITS - 1);
    /** So many slots are looked at for each entry asked for, whatever is found in them. */
    private static final int SLOTS_PER_ENTRY = 10;

    private final Entry entry;
    private final EntrySink sink;
    private final Slice key = new Slice();

    /** @param entry shows what is found to the sink */
    public Walk(Entry entry, EntrySink sink) {
        this.entry = entry;
        this.sink = sink;
    }

    long from(OffHeapStore store, int database, long cursor, int count) {
        int number = cursor == 0 ? 0 : (int) Math.min(cursor >>> SLOT_BITS, store.shards());
        int above = cursor == 0 ? TOP : (int) cursor & ((1 << SLOT_BITS) - 1);
        int left = count;
        long looks = (long) count * SLOTS_PER_ENTRY;
        while (cursor >= 0 && number < store.shards()) {
            Shard shard = store.lockNumbered(number);
            try {
                int keyspace = database == ALL ? ALL : store.databases().keyspace(database);
                int slot = Math.min(above, shard.slots.limit());
                while (slot > 0 && left > 0 && looks-- > 0) {
                    left -= show(shard, --slot, keyspace) ? 1 : 0;
                }
                if (slot > 0) {
                    return ((long) number << SLOT_BITS) | slot;
                }
            } finally {
                shard.lock.unlock();
            }
            number++;
            above = TOP;
            if (left <= 0 || looks <= 0) {
                break;
            }
        }
        return cursor < 0 || number >= store.shards() ? 0 : ((long) number << SLOT_BITS) | TOP;
    }

    /** Shows entries of one shard, those first that the policy would evict last; the cursor is the shard's number. */
    long hottest(OffHeapStore store, int database, long cursor, int count) {
        if (cursor < 0 || cursor >= store.shards()) {
            return 0;
        }
        Shard shard = store.lockNumbered((int) cursor);
        try {
            int keyspace = store.databases().keyspace(database);
            int[] slots = shard.leavers.coldestFirst();
            int left = count;
            for (int i = slots.length - 1; i >= 0 && left > 0; i--) {
                left -= show(shard, slots[i], keyspace) ? 1 : 0;
            }
        } finally {
            shard.lock.unlock();
        }
        return cursor + 1 < store.shards() ? cursor + 1 : 0;
    }

    private boolean show(Shard shard, int slot, int keyspace) {
        if (!shard.isKey(slot)) {
            return false;
        }
        int found = shard.records.database(shard.slots.place(slot));
        boolean isWanted =
                keyspace == ALL ? shard.shared.databases().number(found) != Databases.NONE : found == keyspace;
        if (!isWanted || shard.isExpired(slot)) {
            return false;
        }
        entry.openAt(shard, slot, key);
        try {
            sink.entry(entry);
        } finally {
            entry.closeUnsettled();
        }
        return true;
    }
}
