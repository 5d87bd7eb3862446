package dev.larder.server.snapshot;

import dev.larder.server.snapshot.PayloadReader.DamagedException;
import dev.larder.server.store.Entry;
import dev.larder.server.store.Loading;
import dev.larder.server.store.OffHeapStore;
import org.jspecify.annotations.Nullable;

/**
 * Puts the records of blocks into a store. An entry in pieces is put together unseen, and is given up where a block is
 * missing between its pieces. Confined to one thread.
 */
final class Loader implements AutoCloseable {
    private final Loading loading;
    private final Entry entry;
    private final long now;
    private final long entries;
    private final PayloadReader in = new PayloadReader();
    private final RecordHead head = new RecordHead();
    private final Filling filling = new Filling(in);

    private @Nullable Pending pending;
    private int lastBlock = -1;
    private long loaded;
    private long expired;
    private long superseded;
    private long noRoom;
    private long malformed;

    /** An entry of which not all pieces have come. */
    private static final class Pending {
        private final RecordHead head = new RecordHead();
        private boolean refused;
        /** Something of it is in the store; should that be gone, the rest alone would be a lie. */
        private boolean begun;

        Pending(RecordHead from) {
            head.type = from.type;
            head.database = from.database;
            head.heat = from.heat;
            head.flags = from.flags;
            head.expiresAt = from.expiresAt;
            byte[] key = from.key.toBytes();
            head.key.set(key, 0, key.length);
        }
    }

    /** For a snapshot of so many entries and so many bytes. */
    Loader(OffHeapStore store, long entries, long bytes) {
        this.loading = store.load();
        this.entry = store.entry();
        this.now = store.now();
        this.entries = entries;
        loading.expect(entries, bytes);
    }

    LoadReport report(long damagedBlocks) {
        return new LoadReport(entries, loaded, expired, superseded, noRoom, damagedBlocks + malformed);
    }

    /** Takes in a block whose sum is right; what is wrong with it nevertheless costs the rest of it. */
    void block(byte[] payload, int length, int number) {
        if (number != lastBlock + 1) {
            giveUp();
        }
        lastBlock = number;
        in.begin(payload, length);
        try {
            while (!in.isAtEnd()) {
                record();
            }
        } catch (DamagedException e) {
            malformed++;
            giveUp();
        }
    }

    private void record() throws DamagedException {
        int kind = in.u8();
        switch (kind) {
            case Format.WHOLE -> {
                head.read(in);
                whole();
            }
            case Format.FIRST -> {
                head.read(in);
                first();
            }
            case Format.MORE -> more(ItemType.numbered(in.u8()));
            case Format.LAST -> last();
            case Format.ABANDONED -> giveUp();
            default -> throw new DamagedException("a record must be of kind 1 to 5 but was of kind " + kind);
        }
    }

    private void whole() throws DamagedException {
        giveUp();
        boolean isExpired = head.expiresAt <= now;
        if (isExpired || !loading.open(head.database, head.key, entry)) {
            filling.body(null, head);
            expired += isExpired ? 1 : 0;
            superseded += isExpired ? 0 : 1;
            return;
        }
        try (Entry open = entry) {
            if (filling.body(open, head)) {
                loaded++;
            } else {
                noRoom++;
            }
        }
    }

    private void first() {
        giveUp();
        pending = new Pending(head);
        if (head.expiresAt <= now) {
            pending.refused = true;
            expired++;
        } else if (loading.open(head.database, head.key, entry)) {
            entry.close();
        } else {
            pending.refused = true;
            superseded++;
        }
    }

    private void more(ItemType type) throws DamagedException {
        Pending whole = pending;
        if (whole == null || whole.refused) {
            head.type = type;
            filling.body(null, head);
            return;
        }
        if (whole.head.type != type) {
            throw new DamagedException("the pieces of an entry must be of one type");
        }
        loading.openStaged(whole.head.key, entry);
        try (Entry open = entry) {
            boolean isLost = whole.begun && !open.isPresent(); // evicted, say
            if (!filling.body(isLost ? null : open, whole.head) || isLost) {
                whole.refused = true;
                noRoom++;
            }
            whole.begun = open.isPresent();
        }
    }

    private void last() {
        Pending whole = pending;
        if (whole != null && !whole.refused) {
            if (loading.publish(whole.head.database, whole.head.key)) {
                loaded++;
                pending = null;
                return;
            }
            superseded++;
        }
        giveUp();
    }

    private void giveUp() {
        if (pending != null) {
            pending = null;
            loading.abandon();
        }
    }

    @Override
    public void close() {
        loading.close();
    }
}
