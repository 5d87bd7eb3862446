package dev.larder.policy;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Finds the {@link Expert} that suits a cache, by trying all of them on a sample of its keys.
 *
 * <p>Every request of a sampled key goes to one {@link Shadow} for each expert. A sample is of keys, not of requests, so a
 * shadow of {@value #MOST_SLOTS} entries that sees one key in a thousand behaves as a cache a thousand times as large.
 *
 * <p><b>When to change.</b> Two experts keep different entries, and a cache that changes its mind has to fetch what the
 * other one would have had. So it costs up to a whole cache of misses, and the hits of a moment prove nothing: on a scan
 * back and forth the best expert differs in each half of the way, and a cache that follows loses both. For each expert
 * there is a <em>lead</em>: the hits it had more than the current one, never below zero, since it was last behind.
 * The cache changes when a lead reaches a part of the capacity, its <em>patience</em>: then following too late has cost
 * as much as a change may cost. Each change makes it more patient, up to a whole capacity, so that load that goes back
 * and forth ends in peace.
 *
 * <p>Rejected: comparing rates of hits over the last so many requests (lost up to 11 points on scans back and forth; how
 * many is right depends on the load), and moving by small steps uphill, as Caffeine does (cannot see past a valley).
 *
 * <p>Thread-safe: one for all shards. Nobody waits for another one: a request that comes while one is heard is left
 * out. Whoever is thrown out of a hearing, by the end of the stack, say, leaves no shadow behind: they are made
 * anew.
 */
final class Jury {
    private static final int MOST_SLOTS = 256;
    /** Samples are taken by 24 bits of a mixed hash. */
    private static final int ALL_KEYS = 1 << 24;

    /** Leads are compared with these parts of the capacity; see the class comment. */
    private static final double FIRST_PATIENCE = 0.3;

    private static final double PATIENCE_GROWTH = 1.5;
    private static final double MOST_PATIENCE = 1;
    private static final int LEAST_LEAD = 4;
    /** How many samples, in capacities of the shadows, until the sample is fitted to the size of the cache again. */
    private static final int FIT_AFTER = 16;

    private static final VarHandle BUSY = busy();
    private static final Shadow[] NONE = {};

    private final int shards;
    private final FrequencySketch sketch = new FrequencySketch();
    private final int[] leads = new int[Expert.ALL.size()];
    private Shadow[] shadows = NONE;
    /** Slots of the whole cache. */
    private final AtomicInteger cacheSlots = new AtomicInteger();
    /** Slots of each shadow, at most {@link #MOST_SLOTS}. */
    private int shadowSlots;
    /** Entries that each shadow keeps; 0 until the cache is full for the first time. */
    private int capacity;

    private double patience = FIRST_PATIENCE;
    private int untilFit;

    private volatile int current;
    /** Keys are sampled whose mixed hash is below; 0 while the cache was never full. */
    private volatile int threshold;

    /** Whether somebody is in here; guards all that is not volatile. Released by a store, for which no stack is too short. */
    private volatile boolean busy;

    Jury(int shards) {
        this.shards = shards;
    }

    private static VarHandle busy() {
        try {
            return MethodHandles.lookup().findVarHandle(Jury.class, "busy", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The expert to follow now. */
    Expert expert() {
        return Expert.ALL.get(current);
    }

    /** To be handed to {@link #isSampled}. */
    int threshold() {
        return threshold;
    }

    static boolean isSampled(int hash, int threshold) {
        return (hash * 0x9E3779B1) >>> 8 < threshold;
    }

    /** Slots of the cache became more, or fewer. The last ones to leave take the shadows with them, unless a hearing is on. */
    void resize(int moreSlots) {
        if (cacheSlots.addAndGet(moreSlots) == 0 && BUSY.compareAndSet(this, false, true)) {
            shadows = NONE;
            shadowSlots = 0;
            capacity = 0;
            threshold = 0;
            busy = false;
        }
    }

    /**
     * A shard with so many entries is full, so the others are, too: sample accordingly. Where memory is short it throws, and
     * has changed nothing.
     */
    void fit(int shardEntries) {
        if (BUSY.compareAndSet(this, false, true)) {
            try {
                fitShadows(shardEntries);
            } finally {
                busy = false;
            }
        }
    }

    private void fitShadows(int shardEntries) {
        long entries = Math.max(1, shardEntries) * (long) shards;
        int fitting = (int) Math.min(entries, MOST_SLOTS);
        if (fitting > shadowSlots) {
            sketch.grow(fitting);
            Shadow[] made = new Shadow[Expert.ALL.size()];
            for (int i = 0; i < made.length; i++) {
                made[i] = new Shadow(Expert.ALL.get(i), sketch, fitting);
            }
            shadows = made;
            shadowSlots = fitting;
        }
        capacity = fitting;
        threshold = (int) (ALL_KEYS * (long) fitting / entries);
        untilFit = FIT_AFTER * fitting;
    }

    /**
     * Requests of sampled keys, in about their order.
     *
     * @return false if somebody else was being heard, and these were not
     */
    boolean hear(int[] hashes, int count, int shardEntries) {
        if (!BUSY.compareAndSet(this, false, true)) {
            return false;
        }
        boolean whole = false;
        try {
            for (int i = 0; i < count && capacity > 0; i++) {
                hear(hashes[i]);
            }
            if (capacity > 0 && untilFit <= 0) {
                fitShadows(shardEntries);
            }
            whole = true;
        } finally {
            if (!whole) {
                shadows = NONE;
                shadowSlots = 0;
                capacity = 0;
                threshold = 0;
            }
            busy = false;
        }
        return true;
    }

    private void hear(int hash) {
        untilFit--;
        sketch.count(hash);
        sketch.age();
        int now = current;
        boolean hitNow = shadows[now].request(hash, capacity);
        int best = now;
        for (int i = 0; i < shadows.length; i++) {
            if (i != now) {
                boolean hit = shadows[i].request(hash, capacity);
                leads[i] = Math.max(0, leads[i] + (hit ? 1 : 0) - (hitNow ? 1 : 0));
                best = leads[i] > leads[best] ? i : best;
            }
        }
        if (leads[best] >= Math.max(LEAST_LEAD, patience * capacity)) {
            current = best;
            patience = Math.min(MOST_PATIENCE, patience * PATIENCE_GROWTH);
            Arrays.fill(leads, 0);
        }
    }
}
