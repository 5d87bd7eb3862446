package dev.larder.server.store;

import static dev.larder.server.store.Shard.check;

import dev.larder.server.memory.Blocks;
import java.util.BitSet;

/** Checks a shard as a whole; for tests. */
final class Inspection {
    private final Shard shard;
    private final BitSet keys = new BitSet();
    private final BitSet hidden = new BitSet();
    private final Census census = new Census();
    private final Slice key = new Slice();
    private int blocks;
    private int hiddenRecords;

    private Inspection(Shard shard) {
        this.shard = shard;
    }

    static void inspect(Shard shard) {
        new Inspection(shard).run();
    }

    private void run() {
        int used = 0;
        for (int slot = 0; slot < shard.slots.limit(); slot++) {
            int place = shard.slots.place(slot);
            if (place != Blocks.NONE) {
                used++;
                entry(slot, place);
            }
        }
        blocks += shard.chores.checkInvariants();
        check(used == shard.slots.used(), "slots in use differ from their count", used);
        check(keys.cardinality() == shard.index.size(), "keys differ from the index's count", keys.cardinality());
        check(shard.index.count() == shard.index.size(), "the index differs from its count", shard.index.count());
        check(
                hiddenRecords == hidden.cardinality() || shard.chores.corpses() > 0,
                "a hidden value is lost",
                hiddenRecords);
        int[] found = {0};
        shard.blocks.checkInvariants(place -> found[0]++);
        check(found[0] == blocks, "blocks are in use that nothing refers to", found[0] - blocks);
        for (int i = 0; i < Databases.KEYSPACES; i++) {
            check(census.keys[i] == shard.census.keys[i], "keys of a keyspace differ from their count", i);
            check(census.expiring[i] == shard.census.expiring[i], "expiring keys differ from their count", i);
        }
        shard.leavers.checkInvariants(keys);
    }

    private void entry(int slot, int place) {
        int keyspace = shard.records.database(place);
        if (keyspace == Records.DEAD) {
            return;
        }
        blocks++;
        int kind = shard.blocks.kind(place);
        if (Records.hasParts(kind)) {
            blocks += shard.parts.checkInvariants(slot);
        }
        if (keyspace == Records.HIDDEN) {
            hiddenRecords++;
            return;
        }
        keys.set(slot);
        census.add(keyspace, shard.records.hasExpiry(place));
        shard.records.key(place, key);
        check(shard.find(keyspace, key, shard.hash(key)) == slot, "the index does not lead to an entry", slot);
        if (kind == Records.LARGE_SORTED_SET) {
            hidden.set(shard.sortedSets.tree(slot));
        }
        if (Records.type(kind) == ValueType.SORTED_SET) {
            shard.sortedSets.checkInvariants(slot);
        }
        if (shard.records.isStream(place)) {
            shard.streams.checkInvariants(slot, this::noteHidden);
        } else if (Records.type(kind) == ValueType.LIST) {
            shard.lists.checkInvariants(slot, this::noteHidden);
        } else if (Records.type(kind) != ValueType.STRING) {
            shard.hashes.checkInvariants(slot);
            for (int bucket = 0; bucket < shard.hashes.buckets(slot); bucket++) {
                noteHidden(slot, bucket);
            }
        }
    }

    private void noteHidden(int slot, int bucket) {
        var memory = shard.hashes.region(slot, bucket);
        long end = shard.hashes.start(slot, bucket) + shard.hashes.used(slot, bucket);
        for (long at = shard.hashes.start(slot, bucket); at < end; at = Fields.next(memory, at)) {
            int there = Fields.hiddenSlot(memory, at);
            if (there >= 0) {
                noteHidden(there);
            }
        }
    }

    private void noteHidden(int there) {
        check(!hidden.get(there), "two fields share a value", there);
        hidden.set(there);
    }
}
