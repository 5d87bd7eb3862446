package dev.larder.server.store;

import static dev.larder.server.store.Records.PART;
import static dev.larder.server.store.Records.PART_HEAD;

import dev.larder.server.memory.Blocks;
import dev.larder.server.memory.Raw;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Fields in an order, in a B+ tree that counts: to find one by its rank, or the rank of one, takes logarithmic time. Nodes
 * are parts of one entry; a leaf holds {@linkplain Fields fields} one after the other, an inner node its children.
 *
 * <p>The order is that of scores, and of names where scores are equal; a stream's ids are names, whose milliseconds make the
 * score. A search looks at the scores in inner nodes, and reads a leaf only where one is equal. Nodes split beyond {@value #NODE_BYTES} bytes and join below a quarter of it; what comes
 * at an end splits off alone, so that what is added in order fills its nodes.
 *
 * <p>A <em>position</em> is in this object, from a search to the next change. Numbers of nodes and offsets in them stay when
 * blocks move, and so does a position. Not thread-safe: guarded by its shard's lock.
 */
final class Trees extends TreeNodes {
    static final int NODE_BYTES = 1024;

    private static final int MOST_SLACK = 64;

    /**
     * What is searched for: a score, or a name with a score.
     *
     * @param after whether what is equal to it is before it, too
     * @param isId whether the name alone says what is before it
     */
    record Bound(double score, @Nullable Slice name, boolean after, boolean isId) {
        Bound {
            score += 0.0; // 0 for -0
        }

        Bound(double score, @Nullable Slice name, boolean after) {
            this(score, name, after, false);
        }

        /** Whether a field sorts before what is searched for. */
        boolean isAbove(MemorySegment memory, long at) {
            int order = isId ? 0 : Double.compare(Fields.score(memory, at), score);
            if (order == 0 && name != null) {
                order = Fields.compareName(memory, at, name);
            }
            return order < 0 || (order == 0 && after);
        }
    }

    /** Where in a tree an item is added. */
    private enum Edge {
        START,
        NONE,
        END
    }

    // The position.
    private int leaf;
    private int offset;
    private long rank;

    Trees(Shard shard) {
        super(shard);
    }

    /** A new record with an empty tree, in a slot that has none. Where there is no room it throws; the slot is the caller's. */
    void begin(int slot, int kind, Slice key, Traits traits) {
        beginRecord(slot, kind, key, traits);
        beginLeaf(slot);
    }

    /** Gives a record that has no node its first one. */
    void beginLeaf(int slot) {
        makeLeaf(slot, shard.parts.add(slot, PART, NODE_HEAD));
    }

    /** The same without a node, which is to be added next. */
    void beginRecord(int slot, int kind, Slice key, Traits traits) {
        int total = Records.bytesBefore(key.length(), traits) + Parts.HASH_BASE;
        int place = shard.recordFor(slot, total);
        long at = records.write(place, kind, key, traits);
        Parts.begin(blocks.memory(place), at, Parts.HASH_BASE);
        records.fill(place, total);
    }

    private void makeLeaf(int slot, int place) {
        int node = records.number(place);
        Raw.put64(blocks.memory(place), Blocks.offset(place) + (long) PART_HEAD, 0);
        records.used(place, NODE_HEAD);
        parent(slot, node, NONE);
        root(slot, node);
    }

    // Searching.

    /** Moves the position before the first item that is not before the bound; returns its rank. */
    long seek(int slot, Bound bound) {
        int node = root(slot);
        rank = 0;
        while (level(slot, node) > 0) {
            int index = lastAbove(slot, node, bound);
            for (int i = 0; i < index; i++) {
                rank += childCount(slot, node, i);
            }
            node = child(slot, node, index);
        }
        leaf = node;
        offset = 0;
        MemorySegment memory = nodeMemory(slot, node);
        long start = data(slot, node);
        int end = bytes(slot, node);
        while (offset < end && bound.isAbove(memory, start + offset)) {
            step(memory, start);
        }
        return rank;
    }

    private void step(MemorySegment memory, long start) {
        offset = (int) (Fields.next(memory, start + offset) - start);
        rank++;
    }

    /** The last child whose first item is before the bound, or the first child. */
    private int lastAbove(int slot, int node, Bound bound) {
        int low = 0;
        int high = items(slot, node) - 1;
        while (low < high) {
            int middle = (low + high + 1) >>> 1;
            if (isAbove(slot, node, middle, bound)) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private boolean isAbove(int slot, int node, int index, Bound bound) {
        double score = Double.longBitsToDouble(Raw.i64(nodeMemory(slot, node), childAt(slot, node, index) + 8));
        int order = Double.compare(score, bound.score());
        if (order != 0 || bound.name() == null) {
            return order < 0 || (order == 0 && bound.after());
        }
        int first = firstLeaf(slot, child(slot, node, index));
        return bound.isAbove(nodeMemory(slot, first), data(slot, first));
    }

    /** Moves the position before the item of a rank, 0 to {@link #count}. */
    void seekRank(int slot, long wanted) {
        int node = root(slot);
        if (wanted == count(slot)) {
            leaf = lastLeaf(slot, node);
            offset = bytes(slot, leaf);
            rank = wanted;
            return;
        }
        long left = wanted;
        while (level(slot, node) > 0) {
            int index = 0;
            int last = items(slot, node) - 1;
            while (index < last && left >= childCount(slot, node, index)) {
                left -= childCount(slot, node, index++);
            }
            node = child(slot, node, index);
        }
        leaf = node;
        offset = 0;
        rank = wanted - left;
        MemorySegment memory = nodeMemory(slot, node);
        long start = data(slot, node);
        while (left-- > 0) {
            step(memory, start);
        }
    }

    /** Whether an item follows the position; moves it to the next leaf where this one has none. */
    boolean hasNext(int slot) {
        while (offset >= bytes(slot, leaf)) {
            int next = leafAfter(slot, leaf);
            if (next == NONE) {
                return false;
            }
            leaf = next;
            offset = 0;
        }
        return true;
    }

    private int leafAfter(int slot, int from) {
        int node = from;
        int parent = parent(slot, node);
        while (parent != NONE) {
            int index = indexIn(slot, parent, node) + 1;
            if (index < items(slot, parent)) {
                return firstLeaf(slot, child(slot, parent, index));
            }
            node = parent;
            parent = parent(slot, node);
        }
        return NONE;
    }

    /** What the item at the position is in. */
    MemorySegment region(int slot) {
        return nodeMemory(slot, leaf);
    }

    /** Where the item at the position begins. */
    long at(int slot) {
        return data(slot, leaf) + offset;
    }

    /** Moves the position behind the item that is there. */
    void skip(int slot) {
        step(nodeMemory(slot, leaf), data(slot, leaf));
    }

    // Changing.

    private void makeRoom(int slot, int node, int bytes) {
        int wanted = NODE_HEAD + bytes;
        if (PART_HEAD + wanted <= blocks.bytes(place(slot, node))) {
            return;
        }
        if (PART_HEAD + wanted > Blocks.MAX_BYTES) {
            throw new OutOfRoomException("a node of an ordered set has no room for a name so long");
        }
        int most = Blocks.MAX_BYTES - PART_HEAD;
        shard.parts.enlarge(slot, node, Math.min(most, wanted + Math.min(bytes / 8, MOST_SLACK)));
    }

    /** Opens a gap in a node's data; there is room. */
    private void open(int slot, int node, int from, int gap) {
        MemorySegment memory = nodeMemory(slot, node);
        long at = data(slot, node) + from;
        int bytes = bytes(slot, node);
        Raw.copy(memory, at, memory, at + gap, bytes - from);
        bytes(slot, node, bytes + gap);
    }

    private void close(int slot, int node, int from, int gap) {
        MemorySegment memory = nodeMemory(slot, node);
        long at = data(slot, node) + from;
        int bytes = bytes(slot, node);
        Raw.copy(memory, at + gap, memory, at, bytes - from - gap);
        bytes(slot, node, bytes - gap);
    }

    /** Inserts an item at the position. Where there is no room it throws, and nothing has changed. */
    void insert(int slot, Slice name, Slice value) {
        Edge edge = openAt(slot, Fields.bytes(name, value, Entry.NEVER));
        Fields.write(nodeMemory(slot, leaf), at(slot), name, value, Entry.NEVER);
        inserted(slot, edge);
    }

    /** The same of an item whose value is elsewhere. */
    void insertHidden(int slot, Slice name, int hidden, int length) {
        Edge edge = openAt(slot, Fields.hiddenBytes(name, Entry.NEVER));
        MemorySegment memory = nodeMemory(slot, leaf);
        long code = Fields.writeName(memory, at(slot), name, Entry.NEVER);
        Fields.writeHidden(memory, code, hidden, length);
        inserted(slot, edge);
    }

    private Edge openAt(int slot, int bytes) {
        makeRoom(slot, leaf, bytes(slot, leaf) + bytes);
        boolean isAtEnd = offset == bytes(slot, leaf) && leaf == lastLeaf(slot, root(slot));
        boolean isAtStart = offset == 0 && leaf == firstLeaf(slot, root(slot));
        open(slot, leaf, offset, bytes);
        return isAtEnd ? Edge.END : isAtStart ? Edge.START : Edge.NONE;
    }

    private void inserted(int slot, Edge edge) {
        counted(slot, 1);
        splitWhereFull(slot, leaf, edge);
    }

    /** Makes room in an empty tree for {@link #fill}. */
    void makeRoomFor(int slot, int bytes) {
        makeRoom(slot, root(slot), bytes);
    }

    /** Fills an empty tree with items that are in order already; there is room. */
    void fill(int slot, MemorySegment from, long at, int bytes, int items) {
        int root = root(slot);
        Raw.copy(from, at, nodeMemory(slot, root), data(slot, root), bytes);
        bytes(slot, root, bytes);
        items(slot, root, items);
        count(slot, items);
    }

    /** Notes in the leaf of the position and in all above it that there is one more, or less, and which is the first. */
    private void counted(int slot, int more) {
        count(slot, count(slot) + more);
        items(slot, leaf, items(slot, leaf) + more);
        int node = leaf;
        boolean first = offset == 0 && items(slot, leaf) > 0;
        double score = first ? score(slot, nodeMemory(slot, leaf), data(slot, leaf)) : 0;
        for (int parent = parent(slot, node); parent != NONE; parent = parent(slot, node)) {
            int index = indexIn(slot, parent, node);
            MemorySegment memory = nodeMemory(slot, parent);
            long at = childAt(slot, parent, index);
            Raw.put32(memory, at + 4, Raw.i32(memory, at + 4) + more);
            if (first) {
                Raw.put64(memory, at + 8, Double.doubleToRawLongBits(score));
            }
            first = first && index == 0;
            node = parent;
        }
    }

    private void splitWhereFull(int slot, int full, Edge edge) {
        int node = full;
        while (bytes(slot, node) > NODE_BYTES && items(slot, node) > 1) {
            try {
                node = split(slot, node, edge);
            } catch (OutOfRoomException ignored) {
                return; // nodes are fuller than they should be until there is room
            }
        }
    }

    /** Moves some of a node to a new one beside it; returns their parent. */
    private int split(int slot, int node, Edge edge) {
        if (parent(slot, node) == NONE) {
            addRoot(slot, node);
        }
        int parent = parent(slot, node);
        makeRoom(slot, parent, bytes(slot, parent) + CHILD_BYTES);
        int cut = cut(slot, node, edge);
        int kept = itemsBefore(slot, node, cut);
        int moved = bytes(slot, node) - cut;
        int fresh = records.number(shard.parts.add(slot, PART, NODE_HEAD + moved));
        Raw.copy(nodeMemory(slot, node), data(slot, node) + cut, nodeMemory(slot, fresh), data(slot, fresh), moved);
        bytes(slot, fresh, moved);
        int place = place(slot, fresh);
        Raw.put8(blocks.memory(place), head(place), level(slot, node));
        items(slot, fresh, items(slot, node) - kept);
        parent(slot, fresh, parent);
        items(slot, node, kept);
        bytes(slot, node, cut);
        adopt(slot, fresh);
        int index = indexIn(slot, parent, node);
        open(slot, parent, (index + 1) * CHILD_BYTES, CHILD_BYTES);
        items(slot, parent, items(slot, parent) + 1);
        child(slot, parent, index + 1, fresh);
        child(slot, parent, index, node);
        tighten(slot, node);
        return parent;
    }

    private void addRoot(int slot, int node) {
        int place = shard.parts.add(slot, PART, NODE_HEAD + 2 * CHILD_BYTES);
        int fresh = records.number(place);
        int level = level(slot, node) + 1;
        makeLeaf(slot, place);
        Raw.put8(blocks.memory(place(slot, fresh)), head(place(slot, fresh)), level);
        bytes(slot, fresh, CHILD_BYTES);
        items(slot, fresh, 1);
        parent(slot, node, fresh);
        child(slot, fresh, 0, node);
    }

    /** Where to cut a node that is too full: in the middle, or beside the item that came at an end. */
    private int cut(int slot, int node, Edge edge) {
        int bytes = bytes(slot, node);
        if (level(slot, node) > 0) {
            int items = items(slot, node);
            return CHILD_BYTES * (edge == Edge.END ? items - 1 : edge == Edge.START ? 1 : items / 2);
        }
        MemorySegment memory = nodeMemory(slot, node);
        long start = data(slot, node);
        if (edge == Edge.START) {
            return (int) (Fields.next(memory, start) - start);
        }
        long at = start;
        while (true) {
            long next = Fields.next(memory, at);
            boolean isLast = next - start >= bytes;
            if (isLast || (edge == Edge.NONE && at > start && next - start > bytes / 2)) {
                return (int) (at - start);
            }
            at = next;
        }
    }

    private int itemsBefore(int slot, int node, int cut) {
        if (level(slot, node) > 0) {
            return cut / CHILD_BYTES;
        }
        MemorySegment memory = nodeMemory(slot, node);
        long start = data(slot, node);
        int items = 0;
        for (long at = start; at < start + cut; at = Fields.next(memory, at)) {
            items++;
        }
        return items;
    }

    /** Has children of an inner node know it. */
    private void adopt(int slot, int node) {
        if (level(slot, node) > 0) {
            for (int i = items(slot, node) - 1; i >= 0; i--) {
                parent(slot, child(slot, node, i), node);
            }
        }
    }

    private void tighten(int slot, int node) {
        int place = place(slot, node);
        int needed = PART_HEAD + records.used(place);
        if (blocks.bytes(place) - needed > 2 * MOST_SLACK) {
            blocks.shrink(place, needed + MOST_SLACK);
        }
    }

    /** Items of the first leaf. */
    int firstItems(int slot) {
        return items(slot, firstLeaf(slot, root(slot)));
    }

    /** Removes the item that follows the position. */
    void remove(int slot) {
        remove(slot, 1);
    }

    /** Removes up to so many items that follow the position, of one node; returns how many. The position is lost. */
    int remove(int slot, int most) {
        Shard.check(hasNext(slot), "there is nothing to remove in a tree", slot);
        int node = leaf;
        MemorySegment memory = nodeMemory(slot, node);
        long end = data(slot, node) + bytes(slot, node);
        long at = at(slot);
        int removed = 0;
        for (; at < end && removed < most; removed++) {
            int hidden = Fields.hiddenSlot(memory, at);
            if (hidden >= 0) {
                shard.dispose(hidden);
            }
            at = Fields.next(memory, at);
        }
        close(slot, node, offset, (int) (at - at(slot)));
        counted(slot, -removed);
        if (items(slot, node) == 0) {
            removeNode(slot, node);
        } else {
            tighten(slot, node);
            mergeWhereSmall(slot, node);
        }
        return removed;
    }

    /** Removes a node without items, and those above it that are left without children. */
    private void removeNode(int slot, int empty) {
        int parent = parent(slot, empty);
        if (parent == NONE) {
            int place = place(slot, empty);
            Raw.put8(blocks.memory(place), head(place), 0); // an empty tree is a leaf
            return;
        }
        int index = indexIn(slot, parent, empty);
        parent = removeChild(slot, parent, index);
        if (items(slot, parent) == 0) {
            removeNode(slot, parent);
            return;
        }
        if (index == 0) {
            refresh(slot, parent);
        }
        mergeWhereSmall(slot, parent);
    }

    /** Removes a node from its parent, and its part; returns the parent, which may have another number now. */
    private int removeChild(int slot, int parent, int index) {
        int node = child(slot, parent, index);
        close(slot, parent, index * CHILD_BYTES, CHILD_BYTES);
        items(slot, parent, items(slot, parent) - 1);
        int last = shard.parts.count(slot) - 1;
        drop(slot, node);
        return parent == last ? node : parent;
    }

    /** Frees a node that nobody refers to; the last part takes its number. */
    private void drop(int slot, int node) {
        int last = shard.parts.count(slot) - 1;
        if (node == last) {
            shard.parts.removeLast(slot);
            return;
        }
        shard.parts.removeLastInto(slot, node);
        int parent = parent(slot, node);
        if (parent == NONE) {
            root(slot, node);
        } else {
            int index = indexIn(slot, parent, last);
            Raw.put32(nodeMemory(slot, parent), childAt(slot, parent, index), node);
        }
        adopt(slot, node);
    }

    /** The first item below a node is another one: tells those above. */
    private void refresh(int slot, int from) {
        int node = from;
        for (int parent = parent(slot, node); parent != NONE; parent = parent(slot, node)) {
            int index = indexIn(slot, parent, node);
            child(slot, parent, index, node);
            if (index > 0) {
                return;
            }
            node = parent;
        }
    }

    /** Joins a node with one beside it where both are small; a root with one child goes. */
    private void mergeWhereSmall(int slot, int small) {
        int node = small;
        while (true) {
            int parent = parent(slot, node);
            if (parent == NONE) {
                collapse(slot);
                return;
            }
            int index = indexIn(slot, parent, node);
            int left = index + 1 < items(slot, parent) ? index : index - 1;
            if (left < 0 || bytes(slot, node) >= NODE_BYTES / 4 || !merge(slot, parent, left)) {
                collapse(slot);
                return;
            }
            node = parent(slot, mergedInto);
        }
    }

    /** The node that the last merge was into. */
    private int mergedInto;

    private boolean merge(int slot, int parent, int left) {
        int into = child(slot, parent, left);
        int from = child(slot, parent, left + 1);
        int kept = bytes(slot, into);
        int moved = bytes(slot, from);
        if (kept + moved > NODE_BYTES * 3 / 4) {
            return false;
        }
        try {
            makeRoom(slot, into, kept + moved);
        } catch (OutOfRoomException ignored) {
            return false; // one node more than there should be
        }
        Raw.copy(nodeMemory(slot, from), data(slot, from), nodeMemory(slot, into), data(slot, into) + kept, moved);
        bytes(slot, into, kept + moved);
        items(slot, into, items(slot, into) + items(slot, from));
        adopt(slot, into);
        child(slot, parent, left, into);
        int last = shard.parts.count(slot) - 1;
        removeChild(slot, parent, left + 1);
        mergedInto = into == last ? from : into;
        return true;
    }

    private void collapse(int slot) {
        int root = root(slot);
        while (level(slot, root) > 0 && items(slot, root) == 1) {
            int only = child(slot, root, 0);
            parent(slot, only, NONE);
            root(slot, only);
            drop(slot, root);
            root = root(slot);
        }
    }
}
