package dev.larder.server.store;

import static dev.larder.server.store.Records.LARGE_LIST;

import dev.larder.server.memory.Raw;
import dev.larder.server.store.Trees.Bound;
import java.lang.foreign.MemorySegment;
import java.util.function.IntConsumer;

/**
 * Entries in the order of their ids, in a {@linkplain Trees tree} that the record itself is, as a large list is one: the id
 * is the name of an item, the entry's texts are its value. What is added at the end, as nearly all is, fills the nodes. A
 * value over {@value Lists#MAX_INLINE} bytes is kept aside. A stream may be empty. Not thread-safe: guarded by its shard's
 * lock.
 *
 * <pre>{@code
 *  the record's value   as of a tree, and: last id 16 at 16, greatest id removed 16 at 32, entries ever added 8 at 48
 * }</pre>
 */
final class Streams {
    private static final int LAST = 16;
    private static final int REMOVED = 32;
    private static final int ADDED = 48;
    private static final int REVERSED_AT_ONCE = 32;

    private final Shard shard;
    private final Trees trees;
    private final Slice value = new Slice();
    private final Slice name = new Slice();

    Streams(Shard shard) {
        this.shard = shard;
        this.trees = shard.trees;
    }

    /** A number that grows as ids do, or stays: the milliseconds of the id that an item's name is. */
    static double score(MemorySegment memory, long at) {
        return score(Long.reverseBytes(Raw.i64(memory, Fields.nameAt(memory, at))));
    }

    private static double score(long millis) {
        return millis >= 0 ? millis : (double) (millis >>> 1) * 2;
    }

    private static Bound bound(StreamId id, boolean after) {
        return new Bound(score(id.millis()), id.name(), after, true);
    }

    /** A new record for an empty stream, in a slot that has none. Where there is no room it throws; the slot is the caller's. */
    void begin(int slot, Slice key, Traits traits) {
        int total = Records.bytesBefore(key.length(), traits) + Parts.STREAM_BASE;
        int place = shard.recordFor(slot, total);
        long at = shard.records.write(place, LARGE_LIST, key, traits);
        MemorySegment memory = shard.blocks.memory(place);
        Parts.begin(memory, at, Parts.STREAM_BASE);
        Raw.put16(memory, at + Parts.STREAM_MARK, 1);
        shard.records.fill(place, total);
        trees.beginLeaf(slot);
    }

    private StreamId id(int slot, int offset) {
        MemorySegment memory = trees.memory(slot);
        long at = trees.value(slot) + offset;
        return new StreamId(Raw.i64(memory, at), Raw.i64(memory, at + Long.BYTES));
    }

    private void id(int slot, int offset, StreamId id) {
        MemorySegment memory = trees.memory(slot);
        long at = trees.value(slot) + offset;
        Raw.put64(memory, at, id.millis());
        Raw.put64(memory, at + Long.BYTES, id.number());
    }

    StreamId last(int slot) {
        return id(slot, LAST);
    }

    void last(int slot, StreamId id) {
        id(slot, LAST, id);
    }

    StreamId removed(int slot) {
        return id(slot, REMOVED);
    }

    void removed(int slot, StreamId id) {
        id(slot, REMOVED, id);
    }

    long added(int slot) {
        return Raw.i64(trees.memory(slot), trees.value(slot) + ADDED);
    }

    void added(int slot, long count) {
        Raw.put64(trees.memory(slot), trees.value(slot) + ADDED, count);
    }

    int count(int slot) {
        return trees.count(slot);
    }

    /** Entries in the node that has the oldest ones. */
    int firstItems(int slot) {
        return trees.firstItems(slot);
    }

    /** Nodes of the tree. */
    int nodes(int slot) {
        return shard.parts.count(slot);
    }

    /** Adds an entry behind the last one. Where there is no room it throws, and nothing has changed. */
    void append(int slot, StreamId id, Slice texts) {
        int hidden = texts.length() > Lists.MAX_INLINE ? shard.hidden.value(texts) : Fields.NONE;
        boolean done = false;
        try {
            trees.seekRank(slot, trees.count(slot));
            if (hidden >= 0) {
                trees.insertHidden(slot, id.name(), hidden, texts.length());
            } else {
                trees.insert(slot, id.name(), texts);
            }
            done = true;
        } finally {
            if (!done && hidden >= 0) {
                shard.dispose(hidden);
            }
        }
        last(slot, id);
        added(slot, added(slot) + 1);
    }

    /** How many entries are before an id. */
    long below(int slot, StreamId id, boolean orEqual) {
        return trees.seek(slot, bound(id, orEqual));
    }

    /** The id of an entry that is there. */
    StreamId idAt(int slot, long rank) {
        trees.seekRank(slot, rank);
        trees.hasNext(slot);
        return StreamId.of(nameAt(trees.region(slot), trees.at(slot)));
    }

    private Slice nameAt(MemorySegment memory, long at) {
        return name.set(memory, Fields.nameAt(memory, at), Fields.nameLength(memory, at));
    }

    /** Removes so many of the oldest entries, which are there. */
    void removeFirst(int slot, long count) {
        for (long left = count; left > 0; ) {
            trees.seekRank(slot, 0);
            left -= trees.remove(slot, (int) Math.min(left, Integer.MAX_VALUE));
        }
    }

    /** Removes an entry; says whether it was there. */
    boolean remove(int slot, StreamId id) {
        trees.seek(slot, bound(id, false));
        if (!trees.hasNext(slot)
                || !StreamId.of(nameAt(trees.region(slot), trees.at(slot))).equals(id)) {
            return false;
        }
        trees.remove(slot);
        return true;
    }

    /** Hands out {@code count} entries from a rank on, which are there: the names are their ids. */
    void range(int slot, long from, long count, FieldSink sink) {
        trees.seekRank(slot, from);
        for (long i = 0; i < count && trees.hasNext(slot); i++) {
            show(trees.region(slot), trees.at(slot), sink);
            trees.skip(slot);
        }
    }

    /** The same from a rank downwards: some at a time, read upwards and shown downwards. */
    void rangeDown(int slot, long from, long count, FieldSink sink) {
        MemorySegment[] regions = new MemorySegment[REVERSED_AT_ONCE];
        long[] places = new long[REVERSED_AT_ONCE];
        long end = from + 1;
        long left = count;
        while (left > 0) {
            int some = (int) Math.min(left, REVERSED_AT_ONCE);
            end -= some;
            left -= some;
            trees.seekRank(slot, end);
            for (int i = 0; i < some && trees.hasNext(slot); i++) {
                regions[i] = trees.region(slot);
                places[i] = trees.at(slot);
                trees.skip(slot);
            }
            for (int i = some - 1; i >= 0; i--) {
                show(regions[i], places[i], sink);
            }
        }
    }

    private void show(MemorySegment memory, long at, FieldSink sink) {
        sink.field(nameAt(memory, at), Fields.valueBytes(memory, at));
        int hidden = Fields.hiddenSlot(memory, at);
        if (hidden >= 0) {
            shard.strings.read(hidden, 0, shard.strings.bytes(hidden), sink);
        } else {
            Fields.value(memory, at, memory, value); // texts with their lengths are never a number
            sink.piece(value);
        }
    }

    /** Checks a stream, and hands out the slots of values kept elsewhere. */
    void checkInvariants(int slot, IntConsumer hidden) {
        trees.checkInvariants(slot);
        StreamId[] before = {StreamId.ZERO};
        range(slot, 0, count(slot), new FieldSink() {
            @Override
            public void field(Slice id, int valueBytes) {
                Shard.check(StreamId.of(id).compareTo(before[0]) > 0, "entries are out of order", slot);
                before[0] = StreamId.of(id);
            }

            @Override
            public void piece(Slice bytes) {
                // what it says is the commands' matter
            }
        });
        Shard.check(before[0].compareTo(last(slot)) <= 0, "an entry is behind the last one", slot);
        for (int node = 0; node < shard.parts.count(slot); node++) {
            shard.lists.eachHidden(slot, node, hidden);
        }
    }
}
