package dev.larder.policy;

import java.util.BitSet;

/**
 * Finds out what suits the load, recency or frequency, and does that.
 *
 * <p>The idea: no one policy is best everywhere. LIRS's rule wins on loops, TinyLFU's with a small window where the same
 * keys are popular for long, with a great one where what is new is what is wanted; each loses tens of points where another
 * one wins. All of these are ways to run the same {@link TwoClocks}, a window and a main clock: each is an {@link Expert}.
 * A {@link Jury}, one for all shards, tries all experts on a sample of the keys, in {@link Shadow}s of some hundred
 * entries; the real clocks follow the one that it names. A change moves no entry at once: the shares change with what
 * comes and goes.
 *
 * <p>A hit raises a 2-bit counter and counts the key in the {@link FrequencySketch}, unless the counter is at its top
 * already: a hot entry costs a read nothing but a look at a byte and at whether its key is sampled. Hits of sampled keys
 * wait in a small array until the next miss takes them to the jury; what does not fit is lost, as is a hit whose place in
 * the array another thread took.
 *
 * <p>Invariants, under the owner's lock: every stored slot is in exactly one of the two clocks. Counters, sketch and what
 * was heard are hints that any thread may change at any time; no search grants more turns than it may.
 *
 * <p>Memory: 4 bytes of links, 1 of counter, 4 of ghosts and 1 to 2 of sketch per slot; some 25 kB for the shadows of a
 * cache of 256 entries and more. Sketch and shadows are made at the first eviction, and the sketch is at least 4 kB: a
 * cache that never fills has neither. Where there is no memory for them it evicts without, and tries again next time.
 */
final class Adaptive implements Policy {
    /** Hits of sampled keys kept until the next miss; more are left out. */
    private static final int MOST_HEARD = 256;

    private final Jury jury;
    private final FrequencySketch sketch = new FrequencySketch();
    private final TwoClocks clocks;
    /** The clocks', at hand for hits. */
    private byte[] counters = {};

    private int slots;
    /** The jury's, as of the last eviction. */
    private int threshold;

    private int[] heard = {};
    private int heardCount;

    /** @param jury the one of all shards of a cache */
    Adaptive(Jury jury) {
        this.jury = jury;
        this.clocks = new TwoClocks(sketch, jury.expert());
    }

    @Override
    public void onHit(int slot, int hash) {
        byte[] reads = counters;
        if (slot < reads.length) {
            byte count = reads[slot];
            if (count < TwoClocks.MAX_READS) {
                reads[slot] = (byte) (count + 1);
                sketch.count(hash);
            }
        }
        if (Jury.isSampled(hash, threshold)) {
            hear(hash);
        }
    }

    private void hear(int hash) {
        int at = heardCount;
        int[] hashes = heard;
        if (at < hashes.length - 1) { // the last place is for a miss
            hashes[at] = hash;
            heardCount = at + 1;
        }
    }

    @Override
    public void onAdd(int slot, int hash, long expiresAt) {
        sketch.count(hash);
        sketch.age();
        clocks.add(slot, hash);
        if (Jury.isSampled(hash, threshold)) {
            tellJury(hash);
        }
    }

    private void tellJury(int hash) {
        int count = Math.min(heardCount, heard.length - 1);
        heard[count] = hash;
        if (jury.hear(heard, count + 1, clocks.size())) {
            heardCount = 0;
        }
    }

    @Override
    public void onUpdate(int slot, int hash, long expiresAt) {
        onHit(slot, hash);
    }

    @Override
    public void onRemove(int slot, int hash, boolean evicted) {
        clocks.remove(slot, hash, evicted);
    }

    @Override
    public int victim(SlotHashes hashes) {
        if (heard.length == 0 || jury.threshold() == 0) {
            startLearning();
        }
        threshold = jury.threshold();
        clocks.follow(jury.expert());
        return clocks.victim(hashes);
    }

    @SuppressWarnings("EmptyCatch") // what is lost is told in the class comment
    private void startLearning() {
        try {
            if (heard.length == 0) {
                sketch.grow(slots);
                heard = new int[MOST_HEARD];
            }
            jury.fit(clocks.size());
        } catch (OutOfMemoryError ignored) {
            // goes on with what it knows
        }
    }

    @Override
    public int[] coldestFirst() {
        return clocks.coldestFirst();
    }

    @Override
    public void grow(int more) {
        if (heard.length > 0) {
            sketch.grow(more);
        }
        clocks.grow(more);
        jury.resize(more - slots);
        slots = more;
        counters = clocks.counters();
    }

    @Override
    public void clear() {
        jury.resize(-slots);
        slots = 0;
        threshold = 0;
        heard = new int[0];
        heardCount = 0;
        sketch.clear();
        clocks.clear();
        counters = clocks.counters();
    }

    @Override
    public void checkInvariants(BitSet stored) {
        clocks.checkInvariants(stored);
    }
}
