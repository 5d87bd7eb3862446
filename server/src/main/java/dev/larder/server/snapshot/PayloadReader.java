package dev.larder.server.snapshot;

import dev.larder.server.store.Slice;
import java.lang.foreign.MemorySegment;

/** Reads a block's bytes, and trusts none: what is wrong is a {@link DamagedException}. Confined to one thread. */
final class PayloadReader {
    private byte[] bytes = {};
    private MemorySegment memory = MemorySegment.ofArray(bytes);
    private int at;
    private int end;

    /** Bytes say something that no snapshot says. */
    static final class DamagedException extends Exception {
        private static final long serialVersionUID = 1;

        DamagedException(String message) {
            super(message);
        }
    }

    @SuppressWarnings("ReferenceEquality") // the very same array is what counts
    void begin(byte[] payload, int length) {
        if (payload != bytes) {
            bytes = payload;
            memory = MemorySegment.ofArray(payload);
        }
        at = 0;
        end = length;
    }

    boolean isAtEnd() {
        return at == end;
    }

    private int claim(int count) throws DamagedException {
        if (count < 0 || count > end - at) {
            throw new DamagedException("a block must have " + count + " bytes more but has " + (end - at));
        }
        int from = at;
        at += count;
        return from;
    }

    int u8() throws DamagedException {
        return memory.get(Format.BYTE, claim(1)) & 0xFF;
    }

    int u16() throws DamagedException {
        return memory.get(Format.SHORT, claim(2)) & 0xFFFF;
    }

    int i32() throws DamagedException {
        return memory.get(Format.INT, claim(4));
    }

    long i64() throws DamagedException {
        return memory.get(Format.LONG, claim(8));
    }

    int number() throws DamagedException {
        int value = 0;
        for (int shift = 0; shift < 32; shift += 7) {
            int next = u8();
            value |= (next & 0x7F) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw new DamagedException("a number must have at most 5 bytes");
    }

    Slice bytes(Slice into) throws DamagedException {
        return raw(into, number());
    }

    /** Bytes whose length is known. */
    Slice raw(Slice into, int count) throws DamagedException {
        return into.set(bytes, claim(count), count);
    }
}
