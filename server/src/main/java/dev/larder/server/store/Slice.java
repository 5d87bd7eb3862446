package dev.larder.server.store;

import dev.larder.server.memory.Raw;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * Bytes somewhere: in an array, in a buffer, or in the store itself. One slice is set again and again, so that nothing is
 * allocated for a key or value that passes by. Confined to one thread. What a slice shows of the store is valid only
 * while the store's call that handed it out lasts.
 */
public final class Slice {
    private static final byte[] EMPTY = {};
    /** Longer ones are compared by a call that vectorizes. */
    private static final int SHORT_COMPARE = 64;

    private byte[] array = EMPTY;
    private MemorySegment memory = MemorySegment.ofArray(EMPTY);
    private long offset;
    private int length;

    /** An empty one. */
    public Slice() {}

    /** The UTF-8 bytes of a text. */
    public static Slice of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A whole array. */
    public static Slice of(byte[] bytes) {
        return new Slice().set(bytes, 0, bytes.length);
    }

    /** Shows a part of an array; to show the same array again costs nothing. */
    @SuppressWarnings("ReferenceEquality") // the very same array is what counts
    public Slice set(byte[] bytes, int from, int count) {
        if (bytes != array) {
            array = bytes;
            memory = MemorySegment.ofArray(bytes);
        }
        return range(from, count);
    }

    /** Shows a part of a segment. */
    public Slice set(MemorySegment bytes, long from, int count) {
        array = EMPTY;
        memory = bytes;
        return range(from, count);
    }

    private Slice range(long from, int count) {
        if (from < 0 || count < 0 || from + count > memory.byteSize()) {
            throw new IllegalArgumentException("a slice must lie within its " + memory.byteSize() + " bytes but was "
                    + count + " bytes from " + from);
        }
        offset = from;
        length = count;
        return this;
    }

    /** Shows what another one shows. */
    public Slice set(Slice other) {
        array = other.array;
        memory = other.memory;
        offset = other.offset;
        length = other.length;
        return this;
    }

    /** What the bytes are in. */
    public MemorySegment memory() {
        return memory;
    }

    /** Where in {@link #memory()} they begin. */
    public long offset() {
        return offset;
    }

    /** How many. */
    public int length() {
        return length;
    }

    /** One of them, from 0 to 255. */
    public int byteAt(int at) {
        return Raw.u8(memory, offset + at);
    }

    /** Copies {@code count} of them, from {@code from} on. */
    void copyTo(int from, int count, MemorySegment target, long at) {
        Raw.copy(memory, offset + from, target, at, count);
    }

    void copyTo(MemorySegment target, long at) {
        copyTo(0, length, target, at);
    }

    /** Whether the same bytes are at {@code at}. */
    boolean matches(MemorySegment other, long at) {
        if (length > SHORT_COMPARE) {
            return MemorySegment.mismatch(memory, offset, offset + length, other, at, at + length) < 0;
        }
        int i = 0;
        for (; i + 8 <= length; i += 8) {
            if (Raw.i64(memory, offset + i) != Raw.i64(other, at + i)) {
                return false;
            }
        }
        if (length >= 8) { // the last ones again, with what is left
            return i == length || Raw.i64(memory, offset + length - 8) == Raw.i64(other, at + length - 8);
        }
        for (; i < length; i++) {
            if (Raw.u8(memory, offset + i) != Raw.u8(other, at + i)) {
                return false;
            }
        }
        return true;
    }

    /** A copy on the heap. */
    public byte[] toBytes() {
        byte[] bytes = new byte[length];
        copyTo(MemorySegment.ofArray(bytes), 0);
        return bytes;
    }

    /** The bytes as UTF-8; for tests and messages. */
    @Override
    public String toString() {
        return new String(toBytes(), StandardCharsets.UTF_8);
    }
}
