package dev.larder.server.store;

/**
 * Which keys of a shard something happened to while a snapshot is loaded: a set of hashes that may answer yes for one it
 * was not given, never no for one it was. So it has a fixed size, and what it is mistaken about is a snapshot's entry left
 * out. Guarded by the shard's lock.
 */
final class Marks {
    private static final int LEAST_BITS = 10;
    private static final int WORD_BITS = 6;

    private final long[] words;
    private final int shift;
    private boolean isEmpty = true;

    /** Of about so many bytes, a power of two. */
    Marks(long bytes) {
        int bits = Math.max(LEAST_BITS, 63 - Long.numberOfLeadingZeros(Math.max(1, bytes * 8)));
        words = new long[1 << (bits - WORD_BITS)];
        shift = 32 - bits;
    }

    long bytes() {
        return words.length * 8L;
    }

    private int bit(int hash) {
        return (hash * 0x9E3779B1) >>> shift;
    }

    void add(int hash) {
        isEmpty = false;
        int bit = bit(hash);
        words[bit >>> WORD_BITS] |= 1L << bit;
    }

    boolean has(int hash) {
        if (isEmpty) {
            return false;
        }
        int bit = bit(hash);
        return ((words[bit >>> WORD_BITS] >>> bit) & 1) != 0;
    }
}
