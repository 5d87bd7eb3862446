package dev.larder.policy;

import java.util.Arrays;
import java.util.BitSet;

/**
 * A few first-in-first-out queues of slots in one int a slot. A slot that leaves from the middle stays linked as a husk
 * until it comes to the front, so that there is no link backwards.
 *
 * <pre>{@code
 *  links[slot]   31  29 28  27 26                        0
 *               ┌──────┬──────┬───────────────────────────┐
 *               │queue │ kind │ next slot + 1, or 0       │
 *               └──────┴──────┴───────────────────────────┘
 * }</pre>
 *
 * <p>Kinds: {@link #FREE}, in no queue; {@link #PLACED}, where it belongs; {@link #HUSK}, linked without an entry;
 * {@link #MISPLACED}, an entry in a slot that was a husk: it belongs at the end of {@code queue}, and goes there when it
 * comes to the front of the queue it is linked in. Sizes count entries, not links; every husk and every misplaced slot
 * is met once, so all operations take amortised constant time.
 *
 * <p><b>Age.</b> What is at the front was appended longest ago. How long, is read off a small table: the time of every
 * n-th append of a queue. Links are taken out in the order they were put in, so counting both tells which append the
 * front is from; no slot keeps a time.
 *
 * <p>Invariants: a slot is linked once at most, and only if it is not free; a queue's size is the number of entries that
 * name it. Not thread-safe: guarded by the lock of the policy's owner.
 *
 * <p>Rejected: links both ways (4 bytes more), a ring of slots (needs slack, or moves, as queues share the slots
 * unevenly).
 */
final class SlotChains {
    private static final int FREE = 0;
    private static final int PLACED = 1;
    private static final int HUSK = 2;
    private static final int MISPLACED = 3;

    private static final int NEXT_BITS = 27;
    private static final int NEXT_MASK = (1 << NEXT_BITS) - 1;
    private static final int KIND_SHIFT = NEXT_BITS;
    private static final int QUEUE_SHIFT = NEXT_BITS + 2;
    /** Times kept for each queue, at most; half of them cover as many appends as there are slots. */
    private static final int MOST_TIMES = 128;

    private final int[] heads;
    private final int[] tails;
    private final int[] sizes;
    /** Links ever put in and taken out. They wrap; only differences count. */
    private final int[] appended;

    private final int[] taken;
    private final int[][] times;
    /** A time is kept for one append in {@code 1 << stride}. */
    private int stride;

    private final PagedInts links = new PagedInts();

    SlotChains(int queues) {
        heads = new int[queues];
        tails = new int[queues];
        sizes = new int[queues];
        appended = new int[queues];
        taken = new int[queues];
        times = new int[queues][1];
    }

    /** Makes room for more slots; not for more than 2^26. */
    void grow(int slots) {
        links.grow(slots);
        while (slots > (times[0].length / 2) << stride) {
            boolean isFull = times[0].length == MOST_TIMES;
            for (int queue = 0; queue < times.length; queue++) {
                times[queue] = isFull ? coarse(queue) : longer(queue);
            }
            stride += isFull ? 1 : 0;
        }
    }

    /** The same times in twice the room. */
    private int[] longer(int queue) {
        int[] from = times[queue];
        int[] to = new int[from.length * 2];
        for (int mark = appended[queue]; mark > appended[queue] - from.length; mark--) {
            to[mark & (to.length - 1)] = from[mark & (from.length - 1)];
        }
        return to;
    }

    /** Every second time. */
    private int[] coarse(int queue) {
        int[] from = times[queue];
        int[] to = new int[from.length];
        int last = appended[queue] >>> stride;
        for (int mark = last; mark > last - from.length; mark--) {
            to[(mark >>> 1) & (to.length - 1)] = from[mark & (from.length - 1)];
        }
        return to;
    }

    void clear() {
        Arrays.fill(heads, 0);
        Arrays.fill(tails, 0);
        Arrays.fill(sizes, 0);
        Arrays.fill(appended, 0);
        Arrays.fill(taken, 0);
        stride = 0;
        for (int queue = 0; queue < times.length; queue++) {
            times[queue] = new int[1];
        }
        links.clear();
    }

    /** Entries in a queue. */
    int size(int queue) {
        return sizes[queue];
    }

    /** The queue of a slot that holds an entry. */
    int queueOf(int slot) {
        return links.get(slot) >>> QUEUE_SHIFT;
    }

    /** Puts a slot without an entry into a queue: at its end, or, where the slot is linked as a husk, there as soon as it can. */
    void add(int queue, int slot, int now) {
        sizes[queue]++;
        if (kindOf(slot) == HUSK) {
            mark(slot, queue, MISPLACED);
        } else {
            append(queue, slot, now);
        }
    }

    /**
     * The entry longest in a queue, or {@link Policy#NONE}. A queue all of whose entries are misplaced gives none yet; if
     * there are entries at all, one queue gives one.
     */
    int first(int queue, int now) {
        while (heads[queue] != 0) {
            int slot = heads[queue] - 1;
            switch (kindOf(slot)) {
                case PLACED -> {
                    return slot;
                }
                case HUSK -> take(queue);
                default -> place(queue, now);
            }
        }
        return Policy.NONE;
    }

    /** When the slot at the front of a queue was put there. */
    int frontTime(int queue) {
        return times[queue][(taken[queue] >>> stride) & (times[queue].length - 1)];
    }

    /** Takes the first entry of one queue, as {@link #first} gave it, to the end of another or the same. */
    void moveFirst(int from, int to, int now) {
        int slot = take(from);
        sizes[from]--;
        sizes[to]++;
        append(to, slot, now);
    }

    /** An entry leaves its slot. */
    void remove(int slot) {
        int queue = queueOf(slot);
        sizes[queue]--;
        if (heads[queue] == slot + 1 && kindOf(slot) == PLACED) {
            take(queue);
        } else {
            mark(slot, queue, HUSK);
        }
    }

    /** Takes what is at a queue's front out; sizes stay. */
    private int take(int queue) {
        int slot = heads[queue] - 1;
        int next = links.get(slot) & NEXT_MASK;
        heads[queue] = next;
        if (next == 0) {
            tails[queue] = 0;
        }
        links.set(slot, 0);
        taken[queue]++;
        return slot;
    }

    private void place(int queue, int now) {
        int belongs = queueOf(heads[queue] - 1);
        append(belongs, take(queue), now);
    }

    private void append(int queue, int slot, int now) {
        if (tails[queue] == 0) {
            heads[queue] = slot + 1;
        } else {
            int last = tails[queue] - 1;
            links.set(last, links.get(last) | (slot + 1));
        }
        tails[queue] = slot + 1;
        mark(slot, queue, PLACED);
        int number = appended[queue]++;
        if ((number & ((1 << stride) - 1)) == 0) {
            times[queue][(number >>> stride) & (times[queue].length - 1)] = now;
        }
    }

    private int kindOf(int slot) {
        return (links.get(slot) >>> KIND_SHIFT) & 3;
    }

    private void mark(int slot, int queue, int kind) {
        links.set(slot, (links.get(slot) & NEXT_MASK) | kind << KIND_SHIFT | queue << QUEUE_SHIFT);
    }

    /** Hands out the slots with an entry: those linked in the first queue from front to end, then the second's. */
    int[] inOrder() {
        int[] slots = new int[Arrays.stream(sizes).sum()];
        int filled = 0;
        for (int head : heads) {
            for (int link = head; link != 0; link = links.get(link - 1) & NEXT_MASK) {
                if (kindOf(link - 1) != HUSK) {
                    slots[filled++] = link - 1;
                }
            }
        }
        return slots;
    }

    void checkInvariants(BitSet stored) {
        BitSet linked = new BitSet();
        BitSet entries = new BitSet();
        int[] counted = new int[sizes.length];
        for (int queue = 0; queue < heads.length; queue++) {
            int last = 0;
            for (int link = heads[queue]; link != 0; link = links.get(link - 1) & NEXT_MASK) {
                int slot = link - 1;
                check(!linked.get(slot), "slot is linked twice", slot);
                check(kindOf(slot) != FREE, "free slot is linked", slot);
                check(kindOf(slot) != PLACED || queueOf(slot) == queue, "slot is in a queue it does not name", slot);
                linked.set(slot);
                if (kindOf(slot) != HUSK) {
                    entries.set(slot);
                    counted[queueOf(slot)]++;
                }
                last = link;
            }
            check(tails[queue] == last, "last slot of the queue is not its tail", last - 1);
        }
        check(Arrays.equals(sizes, counted), "sizes are not the numbers of entries", counted[0]);
        check(entries.equals(stored), "slots in queues are not the slots in use", entries.cardinality());
        for (int slot = 0; slot < links.length(); slot++) {
            check(linked.get(slot) || links.get(slot) == 0, "slot is in no queue but not free", slot);
        }
    }

    private static void check(boolean holds, String what, int number) {
        if (!holds) {
            throw new IllegalStateException(what + ": " + number);
        }
    }
}
