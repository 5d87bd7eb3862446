package dev.larder.policy;

/**
 * Remembers of keys evicted lately when they were last read, in 16 bits each: 10 of the hash, 6 of the time.
 *
 * <p>Buckets of eight, each a little queue: a new one enters at the front and pushes the oldest out. Hashes spread
 * evenly, so that all buckets together forget in about the order of eviction. A key never added is found by mistake in
 * about one of 130 look-ups. Times are in units of a sixteenth of the slots, and a key not read for longer than they
 * reach is not worth remembering. Four bytes a slot. Not thread-safe: guarded by the lock of the policy's owner.
 */
final class TimedGhosts {
    /** What {@link #take} answers for a key that is not remembered. */
    static final int UNKNOWN = Integer.MAX_VALUE;

    private static final int WAYS = 8;
    private static final int UNITS_PER_SLOTS = 16;
    private static final int TIME_BITS = 6;
    private static final int TIME_MASK = (1 << TIME_BITS) - 1;
    /** Keys not read for longer are not remembered: the rest of the range is for the stay among the ghosts. */
    private static final int MOST_UNITS = 1 << (TIME_BITS - 1);

    private short[] ghosts = {};
    private int buckets;
    private int unit = 1;
    private boolean isEmpty = true;

    /** Makes room for twice as many keys as there are slots, and forgets all. */
    void resize(int slots) {
        int needed = (int) ((slots * 2L + WAYS - 1) / WAYS);
        ghosts = new short[needed * WAYS];
        buckets = needed;
        unit = Math.max(1, slots / UNITS_PER_SLOTS);
        isEmpty = true;
    }

    /** Remembers a key that leaves now and was last read {@code absence} ago. */
    void add(int hash, int absence, int now) {
        if (buckets == 0 || absence / unit > MOST_UNITS) {
            return;
        }
        isEmpty = false;
        int start = bucketStart(hash);
        System.arraycopy(ghosts, start, ghosts, start + 1, WAYS - 1);
        ghosts[start] = (short) (fingerprint(hash) | ((units(now) - absence / unit) & TIME_MASK));
    }

    /** Forgets a key; tells how long before {@code now} it was last read, or {@link #UNKNOWN}. */
    int take(int hash, int now) {
        if (isEmpty) { // no memory is read for a policy that has not evicted yet
            return UNKNOWN;
        }
        int start = bucketStart(hash);
        int end = start + WAYS;
        int wanted = fingerprint(hash);
        for (int at = start; at < end; at++) {
            int ghost = ghosts[at] & 0xFFFF;
            if ((ghost & ~TIME_MASK) == wanted) {
                System.arraycopy(ghosts, at + 1, ghosts, at, end - at - 1);
                ghosts[end - 1] = 0;
                return ((units(now) - ghost) & TIME_MASK) * unit;
            }
        }
        return UNKNOWN;
    }

    private int units(int time) {
        return Integer.divideUnsigned(time, unit);
    }

    /**
     * Where the hash's bucket begins. All hashes of one shard agree in their low bits; the product carries the others up,
     * and its high half scales them to the number of buckets without a division.
     */
    private int bucketStart(int hash) {
        int mixed = hash * 0x9E3779B9;
        return (int) ((Integer.toUnsignedLong(mixed) * buckets) >>> 32) * WAYS;
    }

    /** Bits of another mix than the bucket's, at the top of 16; zero stands for an empty place. */
    private static int fingerprint(int hash) {
        int mixed = (hash ^ (hash >>> 15)) * 0x2C1B3C6D;
        int bits = (mixed >>> 16) & ~TIME_MASK;
        return bits == 0 ? 1 << TIME_BITS : bits;
    }
}
