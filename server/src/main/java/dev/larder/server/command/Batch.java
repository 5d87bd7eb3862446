package dev.larder.server.command;

import dev.larder.protocol.bytes.ByteSink;
import dev.larder.server.store.Slice;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;

/** Byte strings that were copied one after another into one array. Confined to one thread. */
final class Batch {
    private static final int KEPT_BYTES = 64 << 10;

    private final ByteSink bytes = new ByteSink(KEPT_BYTES);
    private final Slice shown = new Slice();
    private int[] ends = new int[64];
    private int count;

    void clear() {
        bytes.clear();
        count = 0;
    }

    void add(Slice one) {
        int at = bytes.reserve(one.length());
        MemorySegment.copy(one.memory(), ValueLayout.JAVA_BYTE, one.offset(), bytes.array(), at, one.length());
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, 2 * count);
        }
        ends[count++] = bytes.length();
    }

    int count() {
        return count;
    }

    /** One of them; valid until the next call. */
    Slice get(int index) {
        int start = index == 0 ? 0 : ends[index - 1];
        return shown.set(bytes.array(), start, ends[index] - start);
    }
}
