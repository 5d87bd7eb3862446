package dev.larder.server.advice;

import java.util.Arrays;

/**
 * How often an LRU cache of any size would miss, from a sample of the reads: Waldspurger and others, "Efficient MRC
 * Construction with SHARDS", FAST 2015, with a fixed number of keys and the correction of "SHARDS-adj".
 *
 * <p>A key is in the sample if its hash is below a threshold, so all reads of it are. Among the keys of the sample the
 * <em>depth</em> of a read is how many others were read since the last one of the same key; divided by the sample's share
 * it is the least size of a cache that hits. Where the sample has too many keys the threshold is lowered, and what was
 * counted shrinks with it. What is old counts less: all is halved now and then.
 *
 * <p>Takes about 300 KB. Not thread-safe.
 */
final class MissRatioCurve {
    private static final int SPACE_BITS = 24;
    private static final int SPACE = 1 << SPACE_BITS;
    private static final int BINS_PER_DOUBLING = 8;
    private static final int BINS = 40 * BINS_PER_DOUBLING;
    private static final double LOWERED = 0.75;
    /** The tree has room for so many reads of each key before they are numbered anew. */
    private static final int TURNS = 4;

    private final int mostKeys;
    private final long agingReads;
    private final long[] keys;
    /** When each key was read last, from 1 on; 0 for a free place. */
    private final int[] readAt;
    /** A Fenwick tree of ones, at the times of last reads. */
    private final int[] tree;

    private final double[] hits = new double[BINS];

    private volatile int threshold;
    private int count;
    private int clock;
    private double missed;
    private double reads;
    private double readsSinceAging;

    /**
     * @param mostKeys how many keys the sample may have, a power of two
     * @param firstShare one key in so many is in the sample at first
     * @param agingReads after so many reads all that was counted is halved
     */
    MissRatioCurve(int mostKeys, int firstShare, long agingReads) {
        this.mostKeys = mostKeys;
        this.agingReads = agingReads;
        this.keys = new long[2 * mostKeys];
        this.readAt = new int[2 * mostKeys];
        this.tree = new int[TURNS * mostKeys + 1];
        this.threshold = SPACE / firstShare;
    }

    /** Whether reads of a key belong to the sample. Any thread. */
    boolean isSampled(long hash) {
        return (int) (hash >>> (Long.SIZE - SPACE_BITS)) < threshold;
    }

    /** A key of the sample was read. */
    void read(long hash) {
        if (!isSampled(hash)) {
            return; // the threshold has just been lowered
        }
        if (clock == tree.length - 1) {
            renumber();
        }
        int at = place(hash);
        if (readAt[at] == 0) {
            missed++;
            keys[at] = hash;
            count++;
        } else {
            int above = count - sum(readAt[at]);
            hits[bin(above / share() + 1)]++;
            add(readAt[at], -1);
        }
        readAt[at] = ++clock;
        add(clock, 1);
        if (count > mostKeys) {
            lower();
        }
    }

    private double share() {
        return (double) threshold / SPACE;
    }

    /** So many keys were read, in the sample or not. */
    void counted(long all) {
        reads += all;
        readsSinceAging += all;
        if (readsSinceAging > agingReads) {
            readsSinceAging = 0;
            scale(0.5);
            reads /= 2;
        }
    }

    /** Reads that it knows of, older ones in part. */
    double reads() {
        return reads;
    }

    /** How many reads of the sample there were, older ones in part. */
    double sampled() {
        return missed + Arrays.stream(hits).sum();
    }

    /** The share of reads that would miss in a cache of so many keys; NaN before any was read. */
    double missRatio(double size) {
        double sampled = sampled();
        double expected = Math.max(reads, 1) * share();
        if (sampled == 0) {
            return Double.NaN;
        }
        double found = expected - sampled; // hot keys are in the sample, or not, as a whole: they would have hit
        double lower = 0;
        for (int i = 0; i < BINS && lower < size; i++) {
            double upper = upperEnd(i);
            found += hits[i] * Math.min(1, (size - lower) / (upper - lower));
            lower = upper;
        }
        return Math.clamp(1 - found / expected, 0.0, 1.0);
    }

    private static int bin(double depth) {
        int bin = (int) Math.ceil(Math.log(Math.max(1, depth)) / Math.log(2) * BINS_PER_DOUBLING - 1e-9);
        return Math.min(BINS - 1, bin);
    }

    private static double upperEnd(int bin) {
        return Math.pow(2, (double) bin / BINS_PER_DOUBLING);
    }

    private int place(long hash) {
        int mask = keys.length - 1;
        int at = (int) ((hash * 0x9E3779B97F4A7C15L) >>> 33) & mask;
        while (readAt[at] != 0 && keys[at] != hash) {
            at = (at + 1) & mask;
        }
        return at;
    }

    private void scale(double factor) {
        for (int i = 0; i < BINS; i++) {
            hits[i] *= factor;
        }
        missed *= factor;
    }

    private void lower() {
        int before = threshold;
        while (count > mostKeys) {
            threshold = Math.max(1, (int) (threshold * LOWERED));
            renumber();
        }
        scale((double) threshold / before);
    }

    /** Leaves keys that are no longer in the sample out, and numbers the reads of the others from 1 on. */
    private void renumber() {
        long[] oldKeys = keys.clone();
        int[] oldTimes = readAt.clone();
        int[] atTime = new int[tree.length];
        for (int i = 0; i < oldKeys.length; i++) {
            atTime[oldTimes[i]] = i + 1;
        }
        Arrays.fill(readAt, 0);
        Arrays.fill(tree, 0);
        clock = 0;
        count = 0;
        for (int time = 1; time < atTime.length; time++) {
            int old = atTime[time] - 1;
            if (old >= 0 && isSampled(oldKeys[old])) {
                int at = place(oldKeys[old]);
                keys[at] = oldKeys[old];
                readAt[at] = ++clock;
                add(clock, 1);
                count++;
            }
        }
    }

    private void add(int time, int by) {
        for (int i = time; i < tree.length; i += i & -i) {
            tree[i] += by;
        }
    }

    /** How many last reads were no later than a time. */
    private int sum(int time) {
        int sum = 0;
        for (int i = time; i > 0; i -= i & -i) {
            sum += tree[i];
        }
        return sum;
    }
}
