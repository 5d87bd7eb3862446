package dev.larder.store;

/**
 * Pure operations on the index of a shard: an open-addressing table of ints that leads from a hash to slots.
 *
 * <p>A table of any length L, where c is the number of bits of L. An int is zero for an empty place, or
 *
 * <pre>{@code
 *  31                  c c-1          0
 * +---------------------+--------------+
 * | tag: low 32-c bits  | slot + 1     |
 * | of the key's hash   |              |
 * +---------------------+--------------+
 * }</pre>
 *
 * An entry's home is the place to which its hash, read as a fraction of 2^32, points: hash · L / 2^32. That takes a
 * multiplication and no division, and lets a table be exactly as long as it need be. The entry sits there or, where that
 * was taken, at the next free place after it, round the end. The home comes from the top bits and the tag from the low
 * ones, so neighbours of one home differ in their tags.
 *
 * <p>Slots are numbered below 2/3 · L: slot + 1 fits into c bits, there is always an empty place, every search ends.
 *
 * <p>Invariant: between an entry's home and its place there is no empty place. So a removal must close the hole it makes,
 * by pulling back each later entry that may not sit behind an empty place ("backward shift"); their homes follow from
 * their hashes, which the shard keeps by slot.
 *
 * <p>Why ints and not references to nodes: a backward shift of references pays the collector's store barrier for each.
 * On JDK 17 with G1 that made eviction slower than Caffeine's.
 *
 * <p>Readers search without a lock, while a writer may be moving entries: they may miss an entry or meet it twice. What
 * they find they check against the node; that they found nothing they check against the shard's sequence.
 */
final class SlotIndex {
    /** The empty index of a shard that never held anything; never written. */
    static final int[] NONE = new int[2];

    private SlotIndex() {}

    /** The length of a table for this many slots. */
    static int lengthFor(int slots) {
        return Math.max(2, slots + (slots + 1) / 2);
    }

    /** The place at which the search for a hash begins. */
    static int home(int hash, int length) {
        return (int) ((Integer.toUnsignedLong(hash) * length) >>> 32);
    }

    /** The place after {@code at}. */
    static int next(int at, int length) {
        int next = at + 1;
        return next == length ? 0 : next;
    }

    /** What an entry of this hash has where the slot of another may differ. */
    static int tag(int hash, int length) {
        return hash << bits(length);
    }

    static int tagOf(int entry, int length) {
        return entry & (-1 << bits(length));
    }

    static int slotOf(int entry, int length) {
        return (entry & ~(-1 << bits(length))) - 1;
    }

    private static int bits(int length) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(length);
    }

    /** Enters a slot whose key is not there yet. */
    static void insert(int[] index, int hash, int slot) {
        int length = index.length;
        int at = home(hash, length);
        while (index[at] != 0) {
            at = next(at, length);
        }
        index[at] = tag(hash, length) | (slot + 1);
    }

    /**
     * Removes a slot that is there.
     *
     * @param hashes of the entries, by slot
     */
    static void remove(int[] index, int slot, int[] hashes) {
        int length = index.length;
        int hole = placeOf(index, hashes[slot], slot);
        for (int at = next(hole, length); index[at] != 0; at = next(at, length)) {
            int home = home(hashes[slotOf(index[at], length)], length);
            if (distance(home, at, length) >= distance(hole, at, length)) {
                index[hole] = index[at];
                hole = at;
            }
        }
        index[hole] = 0;
    }

    private static int distance(int from, int to, int length) {
        int distance = to - from;
        return distance < 0 ? distance + length : distance;
    }

    private static int placeOf(int[] index, int hash, int slot) {
        int length = index.length;
        int wanted = tag(hash, length) | (slot + 1);
        int at = home(hash, length);
        while (index[at] != wanted) {
            if (index[at] == 0) {
                throw new IllegalStateException("slot " + slot + " is not in the index");
            }
            at = next(at, length);
        }
        return at;
    }
}
