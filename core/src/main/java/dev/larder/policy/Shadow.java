package dev.larder.policy;

/**
 * A small cache of hashes without values, run by one {@link Expert}: what the real cache would do if it followed that
 * one. Not thread-safe: guarded by the lock of the {@link Jury}.
 */
final class Shadow implements SlotHashes {
    private final TwoClocks clocks;
    private final int[] hashes;
    /** Chains of slots by hash: the first of a bucket, and the next of a slot, each plus one. */
    private final short[] buckets;

    private final short[] chain;

    Shadow(Expert expert, FrequencySketch sketch, int slots) {
        clocks = new TwoClocks(sketch, expert);
        clocks.grow(slots);
        hashes = new int[slots];
        chain = new short[slots];
        buckets = new short[Integer.highestOneBit(slots) * 2];
    }

    /** Asks for a key, and stores it if it is not there; says whether it was. */
    boolean request(int hash, int capacity) {
        for (int link = buckets[bucket(hash)]; link != 0; link = chain[link - 1]) {
            if (hashes[link - 1] == hash) {
                read(link - 1);
                return true;
            }
        }
        int slot = clocks.size() < capacity ? clocks.size() : evict();
        hashes[slot] = hash;
        chain[slot] = buckets[bucket(hash)];
        buckets[bucket(hash)] = (short) (slot + 1);
        clocks.add(slot, hash);
        return false;
    }

    private void read(int slot) {
        byte[] counters = clocks.counters();
        counters[slot] = (byte) Math.min(counters[slot] + 1, TwoClocks.MAX_READS);
    }

    private int evict() {
        int slot = clocks.victim(this);
        int hash = hashes[slot];
        int bucket = bucket(hash);
        if (buckets[bucket] == slot + 1) {
            buckets[bucket] = chain[slot];
        } else {
            int before = buckets[bucket] - 1;
            while (chain[before] != slot + 1) {
                before = chain[before] - 1;
            }
            chain[before] = chain[slot];
        }
        clocks.remove(slot, hash, true);
        return slot;
    }

    private int bucket(int hash) {
        return (hash * 0x9E3779B9) >>> Integer.numberOfLeadingZeros(buckets.length - 1);
    }

    @Override
    public int hashAt(int slot) {
        return hashes[slot];
    }
}
