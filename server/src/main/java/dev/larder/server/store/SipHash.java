package dev.larder.server.store;

import dev.larder.server.memory.Raw;
import java.lang.foreign.MemorySegment;

/**
 * SipHash-1-3, keyed, so that nobody outside can make keys collide: Aumasson and Bernstein, "SipHash: a fast short-input
 * PRF", 2012, with one round a word and three to finish, as Rust's and Redis's tables use it. Immutable.
 */
final class SipHash {
    private final long key0;
    private final long key1;

    SipHash(long key0, long key1) {
        this.key0 = key0;
        this.key1 = key1;
    }

    /** The hash of a slice; {@code salt} makes it another function. */
    long hash(Slice bytes, long salt) {
        return hash(bytes.memory(), bytes.offset(), bytes.length(), salt);
    }

    long hash(MemorySegment memory, long offset, int length, long salt) {
        long k1 = key1 ^ salt;
        long v0 = key0 ^ 0x736f6d6570736575L;
        long v1 = k1 ^ 0x646f72616e646f6dL;
        long v2 = key0 ^ 0x6c7967656e657261L;
        long v3 = k1 ^ 0x7465646279746573L;
        long end = offset + (length & ~7);
        long last = tail(memory, end, length) | ((long) length << 56);
        long at = offset;
        for (int left = (length >>> 3) + 1; left > -3; left--) {
            long word = left > 1 ? Raw.i64(memory, at) : left == 1 ? last : 0;
            at += 8;
            v3 ^= word;
            v2 ^= left == 0 ? 0xff : 0;
            v0 += v1;
            v2 += v3;
            v1 = Long.rotateLeft(v1, 13) ^ v0;
            v3 = Long.rotateLeft(v3, 16) ^ v2;
            v0 = Long.rotateLeft(v0, 32);
            v2 += v1;
            v0 += v3;
            v1 = Long.rotateLeft(v1, 17) ^ v2;
            v3 = Long.rotateLeft(v3, 21) ^ v0;
            v2 = Long.rotateLeft(v2, 32);
            v0 ^= word;
        }
        return v0 ^ v1 ^ v2 ^ v3;
    }

    /** The last bytes, less than eight: of more than seven in all, they are read with some before them. */
    private static long tail(MemorySegment memory, long at, int length) {
        int count = length & 7;
        if (count == 0) {
            return 0;
        }
        if (length > 8) {
            return Raw.i64(memory, at + count - 8) >>> (64 - count * 8);
        }
        long word = 0;
        for (int i = 0; i < count; i++) {
            word |= (long) Raw.u8(memory, at + i) << (i << 3);
        }
        return word;
    }
}
