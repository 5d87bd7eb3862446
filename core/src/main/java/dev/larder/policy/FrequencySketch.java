package dev.larder.policy;

/**
 * About how often each key was asked for lately: a count-min sketch of 4-bit counters, after TinyLFU (Einziger, Friedman
 * and Manes, ACM Transactions on Storage 2017).
 *
 * <p>A key has four counters, all in one block of 64 bytes, so that it costs one cache miss; its estimate is the least of
 * them. Once enough was counted all counters are halved, so that old fame fades. That takes {@value #COUNTS_PER_KEY}
 * counts for each entry, but never less than for {@value #LEAST_KEYS} entries: halved more often than a loop comes
 * round, counters tell a key just read from one about to be read, and a small cache throws out what it needs next.
 *
 * <p>Any thread may count, without a lock: a long is written whole, so a race loses counts of one word and harms no
 * other. Halving and growing are for the owner of the policy's lock; a count that races with them may be lost.
 */
final class FrequencySketch {
    private static final int COUNTS_PER_KEY = 8;
    private static final int LEAST_KEYS = 512;
    /** For one or two bytes a slot. */
    private static final int SLOTS_PER_LONG = 4;

    private static final int BLOCK_LONGS = 8;
    private static final int LEAST_LONGS = 512;
    private static final int MAX_COUNT = 15;
    private static final long HALVES = 0x7777777777777777L;

    private long[] table = {};
    private int counted;
    private int period = COUNTS_PER_KEY * LEAST_KEYS;

    /** Makes room for as many keys as there are slots, and keeps what was counted. */
    void grow(int slots) {
        int longs = Math.max(LEAST_LONGS, Integer.highestOneBit(slots / SLOTS_PER_LONG));
        long[] grown = table.length == 0 ? new long[longs] : table;
        while (grown.length < longs) {
            grown = doubled(grown);
        }
        table = grown;
        period = (int) Math.min(Integer.MAX_VALUE / 2, COUNTS_PER_KEY * (long) Math.max(LEAST_KEYS, slots));
    }

    /** Each block twice: a key's block is named by the high bits of its hash, so its counters are in both halves. */
    private static long[] doubled(long[] table) {
        long[] doubled = new long[table.length * 2];
        for (int block = 0; block < table.length; block += BLOCK_LONGS) {
            System.arraycopy(table, block, doubled, block * 2, BLOCK_LONGS);
            System.arraycopy(table, block, doubled, block * 2 + BLOCK_LONGS, BLOCK_LONGS);
        }
        return doubled;
    }

    void clear() {
        table = new long[0];
        counted = 0;
    }

    /** Counts a key. */
    void count(int hash) {
        long[] longs = table;
        if (longs.length == 0) {
            return;
        }
        int start = blockStart(hash, longs.length);
        int places = places(hash);
        for (int row = 0; row < 4; row++) {
            int place = places >>> (row * 8);
            int at = start + row * 2 + (place & 1);
            int shift = (place << 1) & 60;
            long word = longs[at];
            if (((word >>> shift) & MAX_COUNT) < MAX_COUNT) {
                longs[at] = word + (1L << shift);
            }
        }
        counted++;
    }

    /** About how often a key was counted lately, at most {@value #MAX_COUNT}. */
    int frequency(int hash) {
        long[] longs = table;
        if (longs.length == 0) {
            return 0;
        }
        int start = blockStart(hash, longs.length);
        int places = places(hash);
        int least = MAX_COUNT;
        for (int row = 0; row < 4; row++) {
            int place = places >>> (row * 8);
            long word = longs[start + row * 2 + (place & 1)];
            least = Math.min(least, (int) (word >>> ((place << 1) & 60)) & MAX_COUNT);
        }
        return least;
    }

    /** Halves all counters where it is time to. */
    void age() {
        if (counted >= period) {
            for (int at = 0; at < table.length; at++) {
                table[at] = (table[at] >>> 1) & HALVES;
            }
            counted /= 2;
        }
    }

    /** Where the block of a hash begins, by the high bits of a product: all hashes of a shard agree in the low ones. */
    private static int blockStart(int hash, int longs) {
        int blocks = longs / BLOCK_LONGS;
        return (int) ((Integer.toUnsignedLong(hash * 0x9E3779B9) * blocks) >>> 32) * BLOCK_LONGS;
    }

    /** A byte for each row: one bit for the long of the row's two, four for the counter in it. */
    private static int places(int hash) {
        int mixed = (hash ^ (hash >>> 15)) * 0x2C1B3C6D;
        return mixed ^ (mixed >>> 16);
    }
}
