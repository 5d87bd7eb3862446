package dev.larder.server.store;

/** Tells of keys that hold a list or a sorted set from now on, and of streams that grow. Guarded by the shard's lock. */
final class Appearances {
    private final Shard shard;
    private KeySink sink = (database, key) -> {};

    Appearances(Shard shard) {
        this.shard = shard;
    }

    /** Whom to tell. */
    void sink(KeySink newSink) {
        sink = newSink;
    }

    /** A slot has another value, which is a key's. */
    void of(int slot, Slice key) {
        int place = shard.slots.place(slot);
        ValueType type = shard.records.typeAt(place);
        if (type == ValueType.LIST || type == ValueType.SORTED_SET || type == ValueType.STREAM) {
            int number = shard.shared.databases().number(shard.records.database(place));
            if (number != Databases.NONE) {
                sink.key(number, key);
            }
        }
    }
}
