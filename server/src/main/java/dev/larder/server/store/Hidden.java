package dev.larder.server.store;

import dev.larder.server.memory.Raw;

/** Makes records that no key leads to: what belongs to an element of another one. Guarded by the shard's lock. */
final class Hidden {
    private final Shard shard;
    private final Slice key = Slice.of(new byte[3]);

    Hidden(Shard shard) {
        this.shard = shard;
    }

    /** Puts a value aside for a field; returns its slot. */
    int value(Slice value) {
        return make((slot, traits) -> {
            if (Strings.isLong(key.length(), traits, value.length())) {
                shard.strings.writeLong(slot, key, traits, value);
            } else {
                shard.strings.write(slot, key, traits, value);
            }
        });
    }

    /** Makes an empty tree for a sorted set; returns its slot. */
    int tree() {
        return make((slot, traits) -> shard.trees.begin(slot, Records.TREE, key, traits));
    }

    /** The same without a node. */
    int bareTree() {
        return make((slot, traits) -> shard.trees.beginRecord(slot, Records.TREE, key, traits));
    }

    /** Writes a record that no key leads to. */
    private interface Builder {
        void build(int slot, Traits traits);
    }

    private int make(Builder builder) {
        int slot = shard.newSlot(0);
        boolean done = false;
        try {
            Raw.put24(key.memory(), 0, slot);
            builder.build(slot, new Traits().of(Records.HIDDEN, Entry.NEVER, 0, 0));
            done = true;
        } finally {
            if (!done) {
                shard.drop(slot);
            }
        }
        return slot;
    }
}
