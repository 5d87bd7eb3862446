package dev.larder.server.snapshot;

import dev.larder.server.store.Slice;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** A block's bytes as they are put together. Confined to one thread. */
final class Payload {
    /** Kept from one block to the next; more is given back. */
    private static final int KEPT = 2 * Format.BLOCK_BYTES;

    private byte[] bytes = new byte[Format.BLOCK_BYTES];
    private MemorySegment memory = MemorySegment.ofArray(bytes);
    private int length;

    int length() {
        return length;
    }

    byte[] bytes() {
        return bytes;
    }

    void clear() {
        length = 0;
        if (bytes.length > KEPT) {
            use(new byte[Format.BLOCK_BYTES]);
        }
    }

    private void use(byte[] other) {
        bytes = other;
        memory = MemorySegment.ofArray(bytes);
    }

    /** Makes room for so many bytes more; returns where they begin. What they are in may be another array then. */
    private int claim(int count) {
        int at = length;
        if (bytes.length - at < count) {
            use(Arrays.copyOf(bytes, Math.max(at + count, (int) Math.min(Format.MAX_PAYLOAD, bytes.length * 2L))));
        }
        length = at + count;
        return at;
    }

    Payload u8(int value) {
        int at = claim(1);
        memory.set(Format.BYTE, at, (byte) value);
        return this;
    }

    Payload u16(int value) {
        int at = claim(2);
        memory.set(Format.SHORT, at, (short) value);
        return this;
    }

    Payload i32(int value) {
        int at = claim(4);
        memory.set(Format.INT, at, value);
        return this;
    }

    Payload i64(long value) {
        int at = claim(8);
        memory.set(Format.LONG, at, value);
        return this;
    }

    /** A number from 0 on, in as few bytes as it needs. */
    Payload number(int value) {
        int rest = value;
        while (rest >= 0x80) {
            u8(rest | 0x80);
            rest >>>= 7;
        }
        return u8(rest);
    }

    /** Bytes without their length. */
    Payload raw(Slice slice) {
        int at = claim(slice.length());
        MemorySegment.copy(slice.memory(), slice.offset(), memory, at, slice.length());
        return this;
    }

    /** A length and so many bytes. */
    Payload bytes(Slice slice) {
        return number(slice.length()).raw(slice);
    }

    /** Overwrites a number written before. */
    void patch(int at, int value) {
        memory.set(Format.INT, at, value);
    }
}
