package dev.larder.policy;

import java.util.Arrays;
import java.util.BitSet;

/**
 * A few first-in-first-out queues of slots, each slot in one of them at most. A slot can leave from the middle, in
 * constant time.
 *
 * <p>Doubly linked through two arrays by slot, 9 bytes a slot in all; a link holds the neighbour's slot plus one, so
 * that fresh arrays read as "no neighbour". Not thread-safe: guarded by the lock of the policy's owner.
 */
final class SlotQueues {
    private static final byte NONE = 0;

    private final int[] heads;
    private final int[] tails;
    private final int[] sizes;
    private int[] next = {};
    private int[] prev = {};
    /** The queue a slot is in, plus one. */
    private byte[] queueOf = {};

    SlotQueues(int queues) {
        heads = new int[queues];
        tails = new int[queues];
        sizes = new int[queues];
    }

    void grow(int slots) {
        int[] grownNext = Arrays.copyOf(next, slots);
        int[] grownPrev = Arrays.copyOf(prev, slots);
        byte[] grownQueueOf = Arrays.copyOf(queueOf, slots);
        next = grownNext;
        prev = grownPrev;
        queueOf = grownQueueOf;
    }

    void clear() {
        Arrays.fill(heads, 0);
        Arrays.fill(tails, 0);
        Arrays.fill(sizes, 0);
        next = new int[0];
        prev = new int[0];
        queueOf = new byte[0];
    }

    /** Puts a slot that is in no queue at the end of one. */
    void append(int queue, int slot) {
        int last = tails[queue];
        if (last == 0) {
            heads[queue] = slot + 1;
        } else {
            next[last - 1] = slot + 1;
        }
        prev[slot] = last;
        next[slot] = 0;
        tails[queue] = slot + 1;
        queueOf[slot] = (byte) (queue + 1);
        sizes[queue]++;
    }

    /** Takes a slot out of its queue and says which that was. */
    int remove(int slot) {
        int queue = queueOf[slot] - 1;
        int before = prev[slot];
        int after = next[slot];
        if (before == 0) {
            heads[queue] = after;
        } else {
            next[before - 1] = after;
        }
        if (after == 0) {
            tails[queue] = before;
        } else {
            prev[after - 1] = before;
        }
        queueOf[slot] = NONE;
        sizes[queue]--;
        return queue;
    }

    /** Takes a slot out of its queue and puts it at the end of this one. */
    void move(int queue, int slot) {
        remove(slot);
        append(queue, slot);
    }

    /** The slot longest in a queue that is not empty. */
    int first(int queue) {
        return heads[queue] - 1;
    }

    int size(int queue) {
        return sizes[queue];
    }

    /** All slots: the first queue from its head to its tail, then the second. */
    int[] inOrder() {
        int[] slots = new int[Arrays.stream(sizes).sum()];
        int filled = 0;
        for (int head : heads) {
            for (int link = head; link != 0; link = next[link - 1]) {
                slots[filled++] = link - 1;
            }
        }
        return slots;
    }

    void checkInvariants(BitSet stored) {
        BitSet seen = new BitSet();
        for (int queue = 0; queue < heads.length; queue++) {
            int count = 0;
            int before = 0;
            for (int link = heads[queue]; link != 0; link = next[link - 1]) {
                int slot = link - 1;
                check(!seen.get(slot), "slot is linked twice", slot);
                check(queueOf[slot] == queue + 1, "slot is in a queue it does not name", slot);
                check(prev[slot] == before, "links of neighbours disagree", slot);
                seen.set(slot);
                before = link;
                count++;
            }
            check(tails[queue] == before, "last slot of the queue is not its tail", before - 1);
            check(sizes[queue] == count, "size of the queue is not the length of its links", count);
        }
        check(seen.equals(stored), "slots in queues are not the slots in use", seen.cardinality());
    }

    private static void check(boolean holds, String what, int number) {
        if (!holds) {
            throw new IllegalStateException(what + ": " + number);
        }
    }
}
