package dev.larder.server.store;

import static dev.larder.server.store.Records.PART_HEAD;

import dev.larder.server.memory.Blocks;
import dev.larder.server.memory.Raw;
import java.lang.foreign.MemorySegment;

/** Copies an entry's value to another key, of any shard: block by block, so that a large hash is not hashed anew. */
final class Transfer {
    private final Shard from;
    private final Shard to;
    private final int source;

    private Transfer(Shard from, Shard to, int source) {
        this.from = from;
        this.to = to;
        this.source = source;
    }

    static void copy(Entry source, Entry target) {
        Transfer transfer = new Transfer(source.shard(), target.shard(), source.present());
        if (transfer.from == transfer.to && source.slot() == target.slot()) {
            return;
        }
        Traits traits = target.begin(source.expiresAt(), source.flags());
        transfer.from.records.annex(transfer.from.slots.place(transfer.source), traits.annex);
        target.build(fresh -> transfer.copyRecord(fresh, target.key(), traits));
        target.shard().chores.wake(target.present());
    }

    private void copyRecord(int fresh, Slice key, Traits traits) {
        int before = Records.bytesBefore(key.length(), traits);
        int kind = from.blocks.kind(from.slots.place(source));
        boolean hasParts = Records.hasParts(kind);
        int bytes = hasParts
                ? from.parts.base(from.slots.place(source))
                : from.records.valueBytes(from.slots.place(source));
        int place = to.recordFor(fresh, before + bytes);
        int old = from.slots.place(source);
        long at = to.records.write(place, kind, key, traits);
        MemorySegment memory = to.blocks.memory(place);
        Raw.copy(from.blocks.memory(old), from.records.valueOffset(old), memory, at, bytes);
        to.records.fill(place, before + bytes);
        if (hasParts) {
            Raw.put32(memory, at, 0);
            Raw.put16(memory, at + 4, 0);
            if (kind == Records.LARGE_SORTED_SET) {
                copyTree(fresh);
            }
            copyParts(source, fresh, kind);
            if (kind == Records.LARGE_LIST) {
                to.trees.take(fresh, from.trees.count(source), from.trees.root(source));
            }
        } else if (kind == Records.HASH) {
            copyHidden(fresh, 0);
        }
    }

    /** The copy has the source's tree by now, so it gets one of its own before anything can fail. */
    private void copyTree(int fresh) {
        int tree = from.sortedSets.tree(source);
        to.sortedSets.tree(fresh, SlotTable.NONE);
        int copy = to.hidden.bareTree();
        to.sortedSets.tree(fresh, copy);
        copyParts(tree, copy, Records.TREE);
        to.trees.take(copy, from.trees.count(tree), from.trees.root(tree));
    }

    private void copyParts(int source, int fresh, int kind) {
        int count = from.parts.count(source);
        for (int number = 0; number < count; number++) {
            int bytes = from.records.used(from.parts.place(source, number));
            int part = to.parts.add(fresh, Records.isLarge(kind) ? Records.BUCKET : Records.PART, bytes);
            int old = from.parts.place(source, number);
            long oldAt = Blocks.offset(old) + (long) PART_HEAD;
            Raw.copy(from.blocks.memory(old), oldAt, to.blocks.memory(part), Blocks.offset(part) + PART_HEAD, bytes);
            to.records.used(part, bytes);
            if (kind == Records.LARGE_HASH) {
                copyHidden(fresh, number);
            } else if (kind == Records.LARGE_LIST) {
                to.lists.copyHidden(fresh, number, hidden -> to.hidden.value(Slice.of(read(hidden))));
            }
        }
    }

    /** Values that fields have elsewhere are copied, too. Where one finds no room, none of the copy's fields has any. */
    private void copyHidden(int fresh, int bucket) {
        int done = 0;
        boolean whole = false;
        try {
            long offset = 0;
            while (offset < to.hashes.used(fresh, bucket)) {
                int hidden =
                        Fields.hiddenSlot(to.hashes.region(fresh, bucket), to.hashes.start(fresh, bucket) + offset);
                if (hidden >= 0) {
                    int copy = to.hidden.value(Slice.of(read(hidden)));
                    Fields.hiddenSlot(to.hashes.region(fresh, bucket), to.hashes.start(fresh, bucket) + offset, copy);
                }
                long at = to.hashes.start(fresh, bucket) + offset;
                offset += Fields.next(to.hashes.region(fresh, bucket), at) - at;
                done = (int) offset;
            }
            whole = true;
        } finally {
            if (!whole) {
                to.hashes.cutOff(fresh, bucket, done);
            }
        }
    }

    private byte[] read(int hidden) {
        byte[] bytes = new byte[from.strings.bytes(hidden)];
        MemorySegment target = MemorySegment.ofArray(bytes);
        int[] at = {0};
        from.strings.read(hidden, 0, bytes.length, piece -> {
            piece.copyTo(target, at[0]);
            at[0] += piece.length();
        });
        return bytes;
    }
}
