package dev.larder.policy;

/**
 * Remembers the keys of entries evicted lately, by 16 bits of their hash: "seen before, and thrown out too early".
 *
 * <p>Buckets of eight fingerprints, each bucket a little queue: a new one enters at the front and pushes the oldest out.
 * Hashes spread evenly, so that all buckets together forget in about the order of eviction. A key never added is found
 * by mistake in about one of 8,000 look-ups; it then gains a place it did not earn, nothing worse. Two bytes an entry.
 * Not thread-safe: guarded by the lock of the policy's owner.
 */
final class GhostSet {
    private static final int WAYS = 8;

    private short[] fingerprints = {};
    private int buckets;

    /** Makes room for at least this many keys, and forgets all. */
    void resize(int keys) {
        int needed = (keys + WAYS - 1) / WAYS;
        fingerprints = new short[needed * WAYS];
        buckets = needed;
    }

    void add(int hash) {
        if (buckets == 0) {
            return;
        }
        int start = bucketStart(hash);
        System.arraycopy(fingerprints, start, fingerprints, start + 1, WAYS - 1);
        fingerprints[start] = fingerprint(hash);
    }

    /** Forgets a key; says whether it was remembered. */
    boolean remove(int hash) {
        if (buckets == 0) {
            return false;
        }
        int start = bucketStart(hash);
        int end = start + WAYS;
        short wanted = fingerprint(hash);
        for (int at = start; at < end; at++) {
            if (fingerprints[at] == wanted) {
                System.arraycopy(fingerprints, at + 1, fingerprints, at, end - at - 1);
                fingerprints[end - 1] = 0;
                return true;
            }
        }
        return false;
    }

    /**
     * Where the hash's bucket begins. All hashes of one shard agree in their low bits; the product carries the others up,
     * and its high half scales them to the number of buckets without a division.
     */
    private int bucketStart(int hash) {
        int mixed = hash * 0x9E3779B9;
        return (int) ((Integer.toUnsignedLong(mixed) * buckets) >>> 32) * WAYS;
    }

    /** Bits of another mix than the bucket's; zero stands for an empty place. */
    private static short fingerprint(int hash) {
        int mixed = (hash ^ (hash >>> 15)) * 0x2C1B3C6D;
        short bits = (short) (mixed >>> 16);
        return bits == 0 ? 1 : bits;
    }
}
