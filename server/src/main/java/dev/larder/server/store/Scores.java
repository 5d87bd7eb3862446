package dev.larder.server.store;

import dev.larder.server.memory.Raw;
import java.lang.foreign.MemorySegment;

/** Scores as values of fields: whole numbers as their digits, which fields keep as numbers; others as their bits. */
final class Scores {
    /** The first byte of one that is no whole number, and never that of a number. */
    static final int RAW = 'r';

    static final int RAW_BYTES = 9;
    private static final long MOST_WHOLE = 1L << 53;

    private final MemorySegment memory = MemorySegment.ofArray(new byte[Numbers.MAX_BYTES]);
    private final Slice slice = new Slice();

    /** Valid until the next call. */
    Slice of(double score) {
        long whole = (long) score;
        boolean isWhole = whole == score && Math.abs(whole) < MOST_WHOLE;
        if (isWhole) {
            return slice.set(memory, 0, Numbers.format(whole, memory));
        }
        Raw.put8(memory, 0, RAW);
        Raw.put64(memory, 1, Double.doubleToRawLongBits(score));
        return slice.set(memory, 0, RAW_BYTES);
    }
}
