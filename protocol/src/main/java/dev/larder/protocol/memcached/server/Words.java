package dev.larder.protocol.memcached.server;

import java.util.Arrays;

/**
 * The words of one line, as distances from its start: they stay true where the line moves. Words are separated by spaces;
 * a NUL ends the line. Confined to one thread.
 */
final class Words {
    private static final int FIRST_SLOTS = 32;
    private static final int KEPT_SLOTS = 1 << 10;

    private int count;
    private int[] starts = new int[FIRST_SLOTS];
    private int[] lengths = new int[FIRST_SLOTS];

    /** Takes the words from {@code from} to {@code end} in place of those it has; starts count from {@code origin}. */
    void split(byte[] line, int origin, int from, int end) {
        clear();
        int start = from;
        for (int i = from; i < end; i++) {
            byte each = line[i];
            if (each == ' ') {
                add(start - origin, i - start);
                start = i + 1;
            } else if (each == 0) {
                add(start - origin, i - start);
                return;
            }
        }
        add(start - origin, end - start);
    }

    void clear() {
        count = 0;
        if (starts.length > KEPT_SLOTS) {
            starts = new int[FIRST_SLOTS];
            lengths = new int[FIRST_SLOTS];
        }
    }

    int count() {
        return count;
    }

    int start(int index) {
        return starts[index];
    }

    int length(int index) {
        return lengths[index];
    }

    /** Word {@code index} has {@code length} bytes from now on: it was decoded in place. */
    void shorten(int index, int length) {
        lengths[index] = length;
    }

    int heldBytes() {
        return 8 * count;
    }

    private void add(int start, int length) {
        if (length == 0) {
            return;
        }
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, 2 * count);
            lengths = Arrays.copyOf(lengths, 2 * count);
        }
        starts[count] = start;
        lengths[count++] = length;
    }
}
