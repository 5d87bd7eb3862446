package dev.larder.server.store;

import static dev.larder.server.store.Records.LARGE_LIST;
import static dev.larder.server.store.Records.LIST;

import dev.larder.server.memory.Blocks;
import java.lang.foreign.MemorySegment;
import java.util.function.IntConsumer;
import java.util.function.IntUnaryOperator;

/**
 * Elements in the order in which they were put: fields without names. While they are few they are packed in the record. Many
 * are in a {@linkplain Trees tree} that the record itself is, whose nodes fill up from either end; so an element at an end
 * is a step or three away, and any other a search by its number. A value over {@value #MAX_INLINE} bytes is kept aside, in a
 * record of its own that no key leads to. Not thread-safe: guarded by its shard's lock.
 */
final class Lists {
    /** A longer value is kept elsewhere. */
    static final int MAX_INLINE = 2048;
    /** What a packed element takes beside its bytes, at most. */
    static final int MOST_OVERHEAD = 4;

    private static final Slice NAMELESS = new Slice();

    private final Shard shard;
    private final Hashes hashes;
    private final Trees trees;
    private final MemorySegment digits = MemorySegment.ofArray(new byte[Numbers.MAX_BYTES]);
    private final Slice value = new Slice();

    Lists(Shard shard) {
        this.shard = shard;
        this.hashes = shard.hashes;
        this.trees = shard.trees;
    }

    boolean isLarge(int slot) {
        return shard.blocks.kind(shard.slots.place(slot)) == LARGE_LIST;
    }

    int count(int slot) {
        return isLarge(slot) ? trees.count(slot) : hashes.count(slot);
    }

    private static int bytes(Slice element) {
        return Fields.bytes(NAMELESS, element, Entry.NEVER);
    }

    /** Whether so many elements of so many bytes in all are packed. */
    static boolean isPacked(int count, long bytes) {
        return count <= Hashes.MAX_PACKED_FIELDS && bytes <= Hashes.MAX_PACKED_BYTES;
    }

    /** A new record for an empty list, in a slot that has none. Where there is no room it throws; the slot is the caller's. */
    void begin(int slot, boolean isPacked, Slice key, Traits traits) {
        if (isPacked) {
            hashes.begin(slot, LIST, key, traits);
        } else {
            trees.begin(slot, LARGE_LIST, key, traits);
        }
    }

    /** Whether one more element, or one in place of another, leaves a list packed. */
    boolean takes(int slot, Slice element, long replacedAt) {
        boolean isNew = replacedAt < 0;
        int freed = isNew ? 0 : itemBytes(slot, replacedAt);
        return isPacked(count(slot) + (isNew ? 1 : 0), hashes.used(slot, 0) - freed + (long) bytes(element));
    }

    private int itemBytes(int slot, long index) {
        MemorySegment memory = hashes.region(slot, 0);
        long at = hashes.start(slot, 0) + offset(slot, index);
        return (int) (Fields.next(memory, at) - at);
    }

    /** Where in its region an element of a packed list begins. */
    private int offset(int slot, long index) {
        MemorySegment memory = hashes.region(slot, 0);
        long start = hashes.start(slot, 0);
        long at = start;
        for (long i = 0; i < index; i++) {
            at = Fields.next(memory, at);
        }
        return (int) (at - start);
    }

    /** Fills a new large list with the elements of a packed one. Where there is no room it throws. */
    void fill(int fresh, int packed) {
        int bytes = hashes.used(packed, 0);
        trees.makeRoomFor(fresh, bytes);
        trees.fill(fresh, hashes.region(packed, 0), hashes.start(packed, 0), bytes, hashes.count(packed));
    }

    /** Inserts an element before another, or at the end. Where there is no room it throws, and nothing has changed. */
    void insert(int slot, long index, Slice element) {
        if (!isLarge(slot)) {
            hashes.makeRoom(slot, 0, hashes.used(slot, 0) + bytes(element));
            hashes.insert(slot, offset(slot, index), NAMELESS, element);
            return;
        }
        int hidden = element.length() > MAX_INLINE ? shard.hidden.value(element) : Fields.NONE;
        boolean done = false;
        try {
            trees.seekRank(slot, index);
            if (hidden >= 0) {
                trees.insertHidden(slot, NAMELESS, hidden, element.length());
            } else {
                trees.insert(slot, NAMELESS, element);
            }
            done = true;
        } finally {
            if (!done && hidden >= 0) {
                shard.dispose(hidden);
            }
        }
    }

    /** Puts an element in the place of another. Where there is no room it throws, and nothing has changed. */
    void set(int slot, long index, Slice element) {
        if (isLarge(slot)) {
            insert(slot, index, element);
            remove(slot, index + 1, 1);
            return;
        }
        hashes.makeRoom(slot, 0, hashes.used(slot, 0) + bytes(element));
        int offset = offset(slot, index);
        hashes.drop(slot, 0, hashes.start(slot, 0) + offset);
        hashes.insert(slot, offset, NAMELESS, element);
    }

    /** Removes elements that are there; a list left without any is the caller's to remove. */
    void remove(int slot, long from, long count) {
        if (isLarge(slot)) {
            for (long left = count; left > 0; ) {
                trees.seekRank(slot, from);
                left -= trees.remove(slot, (int) Math.min(left, Integer.MAX_VALUE));
            }
            return;
        }
        for (long i = 0; i < count; i++) {
            hashes.remove(slot, 0, hashes.start(slot, 0) + offset(slot, from));
        }
    }

    /** Bytes of an element that is there. */
    int length(int slot, long index) {
        if (isLarge(slot)) {
            trees.seekRank(slot, index);
            trees.hasNext(slot);
            return Fields.valueBytes(trees.region(slot), trees.at(slot));
        }
        return Fields.valueBytes(hashes.region(slot, 0), hashes.start(slot, 0) + offset(slot, index));
    }

    /** Hands out {@code count} elements from one on, which are there; their names are empty. */
    void range(int slot, long from, long count, FieldSink sink) {
        if (isLarge(slot)) {
            trees.seekRank(slot, from);
            for (long i = 0; i < count && trees.hasNext(slot); i++) {
                show(trees.region(slot), trees.at(slot), sink);
                trees.skip(slot);
            }
            return;
        }
        MemorySegment memory = hashes.region(slot, 0);
        long at = hashes.start(slot, 0) + offset(slot, from);
        for (long i = 0; i < count; i++) {
            show(memory, at, sink);
            at = Fields.next(memory, at);
        }
    }

    private void show(MemorySegment memory, long at, FieldSink sink) {
        int hidden = Fields.hiddenSlot(memory, at);
        sink.field(NAMELESS, Fields.valueBytes(memory, at));
        if (hidden >= 0) {
            shard.strings.read(hidden, 0, shard.strings.bytes(hidden), sink);
            return;
        }
        Fields.value(memory, at, digits, value);
        if (value.length() > 0) {
            sink.piece(value);
        }
    }

    /** Hands out the slots of values that a node's elements have elsewhere; they may be freed meanwhile. */
    void eachHidden(int slot, int node, IntConsumer hidden) {
        if (trees.level(slot, node) > 0) {
            return;
        }
        MemorySegment memory = trees.nodeMemory(slot, node);
        long end = trees.data(slot, node) + trees.bytes(slot, node);
        for (long at = trees.data(slot, node); at < end; at = Fields.next(memory, at)) {
            int there = Fields.hiddenSlot(memory, at);
            if (there >= 0) {
                hidden.accept(there);
            }
        }
    }

    /** Frees what elements of a node have elsewhere. */
    void disposeHidden(int slot, int node) {
        eachHidden(slot, node, shard::dispose);
    }

    /** Has the elements of a node that was copied from another list have copies of what those have elsewhere, by {@code copy}. */
    void copyHidden(int slot, int node, IntUnaryOperator copy) {
        if (trees.level(slot, node) > 0) {
            return;
        }
        int done = 0;
        boolean isWhole = false;
        try {
            while (done < trees.bytes(slot, node)) {
                int there = Fields.hiddenSlot(trees.nodeMemory(slot, node), trees.data(slot, node) + done);
                if (there >= 0) {
                    int copied = copy.applyAsInt(there);
                    Fields.hiddenSlot(trees.nodeMemory(slot, node), trees.data(slot, node) + done, copied);
                }
                long at = trees.data(slot, node) + done;
                done += (int) (Fields.next(trees.nodeMemory(slot, node), at) - at);
            }
            isWhole = true;
        } finally {
            if (!isWhole) {
                trees.bytes(slot, node, done);
            }
        }
    }

    /** Checks a list, and hands out the slots of values kept elsewhere. */
    void checkInvariants(int slot, IntConsumer hidden) {
        Shard.check(count(slot) > 0, "a list has no elements", slot);
        if (isLarge(slot)) {
            trees.checkInvariants(slot);
            for (int node = 0; node < shard.parts.count(slot); node++) {
                eachHidden(slot, node, hidden);
            }
            return;
        }
        int seen = 0;
        MemorySegment memory = hashes.region(slot, 0);
        long end = hashes.start(slot, 0) + hashes.used(slot, 0);
        for (long at = hashes.start(slot, 0); at < end; at = Fields.next(memory, at)) {
            seen++;
        }
        Shard.check(seen == count(slot), "elements differ from their count", slot);
        Shard.check(hashes.used(slot, 0) <= Blocks.MAX_BYTES, "elements exceed their block", slot);
    }
}
