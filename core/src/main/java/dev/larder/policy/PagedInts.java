package dev.larder.policy;

import java.util.Arrays;

/**
 * An int for each slot, in pages, so that growing copies one page at most: in an array of one piece that grows by small
 * steps most of what is allocated is dead soon, and large enough to be kept by the collector for long.
 *
 * <p>Not thread-safe: guarded by the lock of the policy's owner. Only {@link #grow} allocates, and where it throws the
 * array is as it was.
 */
final class PagedInts {
    private static final int PAGE_BITS = 12;
    private static final int PAGE = 1 << PAGE_BITS;

    private int[][] pages = {};
    private int length;

    int length() {
        return length;
    }

    int get(int slot) {
        return pages[slot >>> PAGE_BITS][slot & (PAGE - 1)];
    }

    void set(int slot, int value) {
        pages[slot >>> PAGE_BITS][slot & (PAGE - 1)] = value;
    }

    /** Makes room for more slots, with zeros. */
    void grow(int slots) {
        int[][] grown = Arrays.copyOf(pages, (slots + PAGE - 1) >>> PAGE_BITS);
        for (int i = Math.max(0, pages.length - 1); i < grown.length; i++) {
            int size = Math.min(PAGE, slots - (i << PAGE_BITS));
            grown[i] = i < pages.length ? Arrays.copyOf(pages[i], size) : new int[size];
        }
        pages = grown;
        length = slots;
    }

    void clear() {
        pages = new int[0][];
        length = 0;
    }
}
