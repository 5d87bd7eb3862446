package dev.larder.server.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Little-endian reads and writes of numbers at any offset. Each checks its bounds and throws where they are passed. */
public final class Raw {
    private static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;
    private static final ValueLayout.OfShort SHORT =
            ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    private Raw() {}

    /** The byte at {@code at}, from 0 on. */
    public static int u8(MemorySegment memory, long at) {
        return memory.get(BYTE, at) & 0xFF;
    }

    /** Writes the low 8 bits. */
    public static void put8(MemorySegment memory, long at, int value) {
        memory.set(BYTE, at, (byte) value);
    }

    /** Two bytes, from 0 on. */
    public static int u16(MemorySegment memory, long at) {
        return memory.get(SHORT, at) & 0xFFFF;
    }

    /** Writes the low 16 bits. */
    public static void put16(MemorySegment memory, long at, int value) {
        memory.set(SHORT, at, (short) value);
    }

    /** Three bytes, from 0 on. */
    public static int u24(MemorySegment memory, long at) {
        return u16(memory, at) | (u8(memory, at + 2) << 16);
    }

    /** Writes the low 24 bits. */
    public static void put24(MemorySegment memory, long at, int value) {
        put16(memory, at, value);
        put8(memory, at + 2, value >>> 16);
    }

    /** Four bytes. */
    public static int i32(MemorySegment memory, long at) {
        return memory.get(INT, at);
    }

    /** Writes four bytes. */
    public static void put32(MemorySegment memory, long at, int value) {
        memory.set(INT, at, value);
    }

    /** Eight bytes. */
    public static long i64(MemorySegment memory, long at) {
        return memory.get(LONG, at);
    }

    /** Writes eight bytes. */
    public static void put64(MemorySegment memory, long at, long value) {
        memory.set(LONG, at, value);
    }

    /** A signed number of {@code length} bytes, 0 to 8. */
    public static long signed(MemorySegment memory, long at, int length) {
        long value = 0;
        for (int i = 0; i < length; i++) {
            value |= (long) u8(memory, at + i) << (i * 8);
        }
        int spare = 64 - length * 8;
        return length == 0 ? 0 : (value << spare) >> spare;
    }

    /** Writes the low {@code length} bytes of a number, 0 to 8. */
    public static void putSigned(MemorySegment memory, long at, int length, long value) {
        for (int i = 0; i < length; i++) {
            put8(memory, at + i, (int) (value >>> (i * 8)));
        }
    }

    /** How many bytes a signed number needs: 0 for zero, at most 8. */
    public static int signedBytes(long value) {
        return value == 0 ? 0 : (64 - Long.numberOfLeadingZeros(value ^ (value >> 63)) + 8) / 8;
    }

    /** Copies bytes; source and target may overlap. */
    public static void copy(MemorySegment from, long fromAt, MemorySegment to, long toAt, long bytes) {
        MemorySegment.copy(from, fromAt, to, toAt, bytes);
    }
}
