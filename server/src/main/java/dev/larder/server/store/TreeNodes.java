package dev.larder.server.store;

import static dev.larder.server.store.Records.PART_HEAD;
import static dev.larder.server.store.Records.TREE;

import dev.larder.server.memory.Blocks;
import dev.larder.server.memory.Raw;
import java.lang.foreign.MemorySegment;

/**
 * The layout of a tree's nodes, which are parts of one entry: see {@link Trees}.
 *
 * <pre>{@code
 *  the record's value   as of a large hash: parts 4, directories 2, stream 2, items 4 at 8, root 4 at 12
 *  node                 ┌ head of a part ┐ level 1 ┐ unused 1 ┐ items or children 2 ┐ parent 4 ┐ …
 *  child                ┌ number 4 ┐ items below it 4 ┐ score of the first one 8 ┐
 * }</pre>
 *
 * Nothing here keeps an address, so blocks may move between any two calls. Not thread-safe: guarded by its shard's lock.
 */
class TreeNodes {
    static final int NONE = -1;
    static final int NODE_HEAD = 8;
    static final int CHILD_BYTES = 16;

    private static final int COUNT = 8;
    private static final int ROOT = 12;
    private static final int ITEMS = 2;
    private static final int PARENT = 4;

    final Shard shard;
    final Blocks blocks;
    final Records records;

    TreeNodes(Shard shard) {
        this.shard = shard;
        this.blocks = shard.blocks;
        this.records = shard.records;
    }

    // The record.

    MemorySegment memory(int slot) {
        return blocks.memory(shard.slots.place(slot));
    }

    long value(int slot) {
        return records.valueOffset(shard.slots.place(slot));
    }

    int count(int slot) {
        return Raw.i32(memory(slot), value(slot) + COUNT);
    }

    int root(int slot) {
        return Raw.i32(memory(slot), value(slot) + ROOT);
    }

    void root(int slot, int node) {
        Raw.put32(memory(slot), value(slot) + ROOT, node);
    }

    void count(int slot, int count) {
        Raw.put32(memory(slot), value(slot) + COUNT, count);
    }

    /** Takes count and root from another tree, whose nodes were copied. */
    void take(int slot, int count, int root) {
        count(slot, count);
        root(slot, root);
    }

    // Nodes.

    int place(int slot, int node) {
        return shard.parts.place(slot, node);
    }

    long head(int place) {
        return Blocks.offset(place) + (long) PART_HEAD;
    }

    int level(int slot, int node) {
        int place = place(slot, node);
        return Raw.u8(blocks.memory(place), head(place));
    }

    int items(int slot, int node) {
        int place = place(slot, node);
        return Raw.u16(blocks.memory(place), head(place) + ITEMS);
    }

    void items(int slot, int node, int items) {
        int place = place(slot, node);
        Raw.put16(blocks.memory(place), head(place) + ITEMS, items);
    }

    int parent(int slot, int node) {
        int place = place(slot, node);
        return Raw.i32(blocks.memory(place), head(place) + PARENT);
    }

    void parent(int slot, int node, int parent) {
        int place = place(slot, node);
        Raw.put32(blocks.memory(place), head(place) + PARENT, parent);
    }

    MemorySegment nodeMemory(int slot, int node) {
        return blocks.memory(place(slot, node));
    }

    long data(int slot, int node) {
        return head(place(slot, node)) + NODE_HEAD;
    }

    int bytes(int slot, int node) {
        return records.used(place(slot, node)) - NODE_HEAD;
    }

    void bytes(int slot, int node, int bytes) {
        records.used(place(slot, node), NODE_HEAD + bytes);
    }

    long childAt(int slot, int node, int index) {
        return data(slot, node) + (long) index * CHILD_BYTES;
    }

    int child(int slot, int node, int index) {
        return Raw.i32(nodeMemory(slot, node), childAt(slot, node, index));
    }

    int childCount(int slot, int node, int index) {
        return Raw.i32(nodeMemory(slot, node), childAt(slot, node, index) + 4);
    }

    void child(int slot, int node, int index, int child) {
        MemorySegment memory = nodeMemory(slot, node);
        long at = childAt(slot, node, index);
        Raw.put32(memory, at, child);
        Raw.put32(memory, at + 4, size(slot, child));
        Raw.put64(memory, at + 8, Double.doubleToRawLongBits(firstScore(slot, child)));
    }

    /** Items below a node. */
    int size(int slot, int node) {
        int items = items(slot, node);
        if (level(slot, node) == 0) {
            return items;
        }
        int sum = 0;
        for (int i = 0; i < items; i++) {
            sum += childCount(slot, node, i);
        }
        return sum;
    }

    int indexIn(int slot, int parent, int node) {
        MemorySegment memory = nodeMemory(slot, parent);
        long at = data(slot, parent);
        int index = 0;
        while (Raw.i32(memory, at + (long) index * CHILD_BYTES) != node) {
            index++;
        }
        return index;
    }

    int firstLeaf(int slot, int node) {
        int at = node;
        while (level(slot, at) > 0) {
            at = child(slot, at, 0);
        }
        return at;
    }

    int lastLeaf(int slot, int node) {
        int at = node;
        while (level(slot, at) > 0) {
            at = child(slot, at, items(slot, at) - 1);
        }
        return at;
    }

    double firstScore(int slot, int node) {
        int first = firstLeaf(slot, node);
        return items(slot, first) == 0 ? 0 : score(slot, nodeMemory(slot, first), data(slot, first));
    }

    /** What inner nodes say of an item: its score, or its id's; elements of lists have none. */
    double score(int slot, MemorySegment memory, long at) {
        int place = shard.slots.place(slot);
        if (blocks.kind(place) == TREE) {
            return Fields.score(memory, at);
        }
        return records.isStream(place) ? Streams.score(memory, at) : 0;
    }

    /** Checks the tree against itself; for tests. */
    void checkInvariants(int slot) {
        int found = check(slot, root(slot), NONE);
        Shard.check(found == count(slot), "items of a tree differ from their count", found);
    }

    private int check(int slot, int node, int parent) {
        Shard.check(parent(slot, node) == parent, "a node does not know its parent", node);
        int items = items(slot, node);
        int level = level(slot, node);
        if (level == 0) {
            long end = data(slot, node) + bytes(slot, node);
            int found = 0;
            for (long at = data(slot, node); at < end; at = Fields.next(nodeMemory(slot, node), at)) {
                found++;
            }
            Shard.check(found == items, "items of a leaf differ from their count", node);
            return items;
        }
        int sum = 0;
        for (int i = 0; i < items; i++) {
            int child = child(slot, node, i);
            Shard.check(level(slot, child) == level - 1, "a child is of another level", child);
            int below = check(slot, child, node);
            Shard.check(below == childCount(slot, node, i), "items below a node differ from their count", child);
            double score = Double.longBitsToDouble(Raw.i64(nodeMemory(slot, node), childAt(slot, node, i) + 8));
            Shard.check(score == firstScore(slot, child), "a node has another first score", child);
            sum += below;
        }
        Shard.check(sum > 0 && items * CHILD_BYTES == bytes(slot, node), "an inner node is empty, or torn", node);
        return sum;
    }
}
