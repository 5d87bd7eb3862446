package dev.larder.server.memory;

import static dev.larder.server.memory.Blocks.GRANULE;
import static dev.larder.server.memory.Blocks.NONE;
import static dev.larder.server.memory.Blocks.check;

import java.util.Arrays;

/**
 * The free blocks of {@link Blocks} by size class: each size up to {@value #EXACT} granules has a class, above it each
 * power of two has sixteen. Links are in the blocks. Not thread-safe: guarded by the lock of its owner.
 */
final class FreeLists {
    private static final int EXACT = 64;
    private static final int EXACT_BITS = 6;
    private static final int STEPS_BITS = 4;
    private static final int STEPS = 1 << STEPS_BITS;
    private static final int CLASSES = EXACT + (14 - EXACT_BITS) * STEPS;
    /** So many blocks of the wanted size's own class are looked at before a larger one is cut. */
    private static final int TRIES = 4;

    private static final int NEXT = 4;
    private static final int BEFORE = 8;

    private final Blocks blocks;
    private final int[] heads = new int[CLASSES];
    private final long[] filled = new long[(CLASSES + 63) / 64];

    FreeLists(Blocks blocks) {
        this.blocks = blocks;
    }

    private static int classOf(int granules) {
        if (granules < EXACT) {
            return granules;
        }
        int power = 31 - Integer.numberOfLeadingZeros(granules);
        int step = (granules >>> (power - STEPS_BITS)) & (STEPS - 1);
        return EXACT + (power - EXACT_BITS) * STEPS + step;
    }

    /** A free block of at least so many granules, still in its list, or {@link Blocks#NONE}. */
    int fit(int granules) {
        int own = classOf(granules);
        int place = heads[own];
        for (int tries = 0; tries < TRIES && place != NONE; tries++) {
            if (blocks.size(place) >= granules) {
                return place;
            }
            place = link(place, NEXT);
        }
        int larger = nextFilled(own + 1);
        return larger < 0 ? NONE : heads[larger];
    }

    private int nextFilled(int from) {
        int word = from >>> 6;
        if (word >= filled.length) {
            return -1;
        }
        long bits = filled[word] & (-1L << from);
        while (bits == 0) {
            if (++word == filled.length) {
                return -1;
            }
            bits = filled[word];
        }
        return word * 64 + Long.numberOfTrailingZeros(bits);
    }

    private int link(int place, int which) {
        return Raw.i32(blocks.memory(place), Blocks.offset(place) + which);
    }

    private void link(int place, int which, int to) {
        Raw.put32(blocks.memory(place), Blocks.offset(place) + which, to);
    }

    void add(int place, int granules) {
        int list = classOf(granules);
        int head = heads[list];
        link(place, NEXT, head);
        link(place, BEFORE, NONE);
        if (head == NONE) {
            filled[list >>> 6] |= 1L << list;
        } else {
            link(head, BEFORE, place);
        }
        heads[list] = place;
    }

    void remove(int place, int granules) {
        int next = link(place, NEXT);
        int before = link(place, BEFORE);
        if (next != NONE) {
            link(next, BEFORE, before);
        }
        if (before != NONE) {
            link(before, NEXT, next);
            return;
        }
        int list = classOf(granules);
        heads[list] = next;
        if (next == NONE) {
            filled[list >>> 6] &= ~(1L << list);
        }
    }

    void clear() {
        Arrays.fill(heads, NONE);
        Arrays.fill(filled, 0);
    }

    boolean contains(int place) {
        int at = heads[classOf(blocks.size(place))];
        while (at != NONE && at != place) {
            at = link(at, NEXT);
        }
        return at == place;
    }

    void checkInvariants() {
        for (int list = 0; list < CLASSES; list++) {
            boolean isFilled = ((filled[list >>> 6] >>> list) & 1) != 0;
            check(isFilled == (heads[list] != NONE), "the bit of a list is wrong", list);
            int before = NONE;
            for (int place = heads[list]; place != NONE; place = link(place, NEXT)) {
                check(classOf(blocks.size(place)) == list, "a block is in another size's list", place);
                check(link(place, BEFORE) == before, "links of free blocks disagree", place * GRANULE);
                before = place;
            }
        }
    }
}
