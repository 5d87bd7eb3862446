package dev.larder.store;

import org.jspecify.annotations.Nullable;

/**
 * Pure operations on the index of a shard: an open-addressing table of ints that leads from a hash to slots.
 *
 * <p>A table of 2^c ints. An int is zero for an empty place, or
 *
 * <pre>{@code
 *  31                  c c-1          0
 * +---------------------+--------------+
 * | tag: top 32-c bits  | slot + 1     |
 * | of the key's hash   |              |
 * +---------------------+--------------+
 * }</pre>
 *
 * An entry's home is the place numbered by the top c bits of its hash; it sits there or, where that was taken, at the
 * next free place after it, round the end. Slots are numbered below 3/4 · 2^c, so that slot + 1 fits, the table is never
 * more than 3/4 full, and every search ends.
 *
 * <p>Invariant: between an entry's home and its place there is no empty place. So a removal must close the hole it makes,
 * by pulling back each later entry that may not sit behind an empty place ("backward shift"). To know an entry's home one
 * needs the top c bits of its hash: the tag has them while c &le; 16; in greater tables they are looked up in the node.
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
        int least = Math.max(2, slots + (slots + 2) / 3);
        return Integer.highestOneBit(least - 1) << 1;
    }

    /** The place at which the search for a hash begins. */
    static int home(int hash, int length) {
        return hash >>> (Integer.numberOfLeadingZeros(length) + 1);
    }

    static int tag(int hash, int length) {
        return hash & -length;
    }

    static int tagOf(int entry, int length) {
        return entry & -length;
    }

    static int slotOf(int entry, int length) {
        return (entry & (length - 1)) - 1;
    }

    /** Enters a slot whose key is not there yet. */
    static void insert(int[] index, int hash, int slot) {
        int mask = index.length - 1;
        int at = home(hash, index.length);
        while (index[at] != 0) {
            at = (at + 1) & mask;
        }
        index[at] = tag(hash, index.length) | (slot + 1);
    }

    /**
     * Removes a slot that is there.
     *
     * @param nodes by slot; asked for the hashes of other entries where their tags are too short
     */
    static void remove(int[] index, int hash, int slot, @Nullable Node<?, ?>[] nodes) {
        int mask = index.length - 1;
        int hole = placeOf(index, hash, slot);
        int at = hole;
        while (true) {
            at = (at + 1) & mask;
            int entry = index[at];
            if (entry == 0) {
                break;
            }
            int fromHome = (at - homeOf(entry, index.length, nodes)) & mask;
            int fromHole = (at - hole) & mask;
            if (fromHome >= fromHole) {
                index[hole] = entry;
                hole = at;
            }
        }
        index[hole] = 0;
    }

    private static int placeOf(int[] index, int hash, int slot) {
        int mask = index.length - 1;
        int wanted = tag(hash, index.length) | (slot + 1);
        int at = home(hash, index.length);
        while (index[at] != wanted) {
            if (index[at] == 0) {
                throw new IllegalStateException("slot " + slot + " is not in the index");
            }
            at = (at + 1) & mask;
        }
        return at;
    }

    private static int homeOf(int entry, int length, @Nullable Node<?, ?>[] nodes) {
        boolean tagHoldsHome = length <= 1 << 16;
        if (tagHoldsHome) {
            return home(entry, length);
        }
        Node<?, ?> node = nodes[slotOf(entry, length)];
        if (node == null) {
            throw new IllegalStateException("the index names an empty slot");
        }
        return home(node.hash(), length);
    }
}
