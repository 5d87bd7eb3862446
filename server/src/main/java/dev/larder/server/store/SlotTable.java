package dev.larder.server.store;

import dev.larder.policy.SlotHashes;
import dev.larder.server.memory.Blocks;
import dev.larder.server.memory.Pages;
import dev.larder.server.memory.Raw;

/**
 * From an entry's slot to its place and the hash of its key: eight bytes a slot. An entry keeps its slot for life, and
 * policies, the timing wheel, the index and cursors know it by that; so a block can move without any of them hearing of
 * it. A free slot has no place, and its hash is the next free one. Not thread-safe: guarded by its shard's lock.
 */
final class SlotTable implements SlotHashes {
    static final int NONE = -1;
    /** An index keeps slots in three bytes. */
    static final int MAX_SLOTS = (1 << 24) - 1;

    private static final int SLOT_BYTES = 8;
    private static final int SHIFT = 13;
    private static final int MASK = (1 << SHIFT) - 1;

    private final PagedArray array;
    private int limit;
    private int used;
    private int firstFree = NONE;

    SlotTable(Pages pages) {
        array = new PagedArray(pages);
    }

    /** Slots ever used are below. */
    int limit() {
        return limit;
    }

    int used() {
        return used;
    }

    long bytes() {
        return array.bytes();
    }

    /** The slot that {@link #take} would give next. */
    int next() {
        return firstFree == NONE ? limit : firstFree;
    }

    /** A free slot, or {@link #NONE} where there is no memory. Its place is to be set next. */
    int take(int hash) {
        int slot = firstFree;
        if (slot != NONE) {
            firstFree = hashAt(slot);
        } else {
            if (limit == MAX_SLOTS || ((limit >>> SHIFT) == array.pages() && !array.addPage())) {
                return NONE;
            }
            slot = limit++;
        }
        used++;
        Raw.put32(array.page(slot >>> SHIFT), (long) (slot & MASK) * SLOT_BYTES + 4, hash);
        return slot;
    }

    void release(int slot) {
        place(slot, Blocks.NONE);
        Raw.put32(array.page(slot >>> SHIFT), (long) (slot & MASK) * SLOT_BYTES + 4, firstFree);
        firstFree = slot;
        used--;
    }

    /** Where the entry is; {@link Blocks#NONE} for a free slot. */
    int place(int slot) {
        return Raw.i32(array.page(slot >>> SHIFT), (long) (slot & MASK) * SLOT_BYTES);
    }

    void place(int slot, int place) {
        Raw.put32(array.page(slot >>> SHIFT), (long) (slot & MASK) * SLOT_BYTES, place);
    }

    /** Both at once: the place in the low half, the hash in the high one. */
    long word(int slot) {
        return Raw.i64(array.page(slot >>> SHIFT), (long) (slot & MASK) * SLOT_BYTES);
    }

    @Override
    public int hashAt(int slot) {
        return Raw.i32(array.page(slot >>> SHIFT), (long) (slot & MASK) * SLOT_BYTES + 4);
    }

    void hash(int slot, int hash) {
        Raw.put32(array.page(slot >>> SHIFT), (long) (slot & MASK) * SLOT_BYTES + 4, hash);
    }

    void clear() {
        array.clear();
        limit = 0;
        used = 0;
        firstFree = NONE;
    }
}
