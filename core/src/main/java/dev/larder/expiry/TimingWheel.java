package dev.larder.expiry;

import dev.larder.time.Ticker;
import java.util.Arrays;

/**
 * Knows which slots to look at as time goes by: a hierarchical timing wheel, after Varghese and Lauck, "Hashed and
 * Hierarchical Timing Wheels", SOSP 1987, over blocks of {@value #BLOCK} neighbouring slots.
 *
 * <p>Why blocks: two links and a time for each slot would take more memory than the rest of an expiring entry's
 * bookkeeping; for a block they take under a byte a slot. A block is due when the first of its entries is. It is then
 * looked at as a whole: what is past its deadline leaves, and the block waits for the next. Slots freed together are
 * filled together, so entries of a block tend to be of one age.
 *
 * <pre>{@code
 *  level 0   64 buckets of one tick (2^27 ns, about 134 ms)
 *  level 1   64 buckets of 64 ticks (about 8.6 s)
 *  level 2   … 9 minutes    level 3   … 10 hours each; what is due later waits in the last one and goes round
 * }</pre>
 *
 * As the hand reaches the first tick of a bucket of a higher level, the blocks in it move down. Each step takes constant
 * time; a block is looked at no more often than its slots were given deadlines earlier than the block's, plus once for
 * each tick in which one of its entries expires.
 *
 * <p>Invariant: a block whose {@code due} is not {@link #UNSCHEDULED} is in one bucket, one that the hand meets no later
 * than at that tick. A block may be due though nothing in it is, since entries that leave are not told: looking at it in
 * vain is cheaper. Not thread-safe: guarded by the lock of the shard.
 */
public final class TimingWheel {
    /** How many slots are looked at together. */
    public static final int BLOCK = 16;

    private static final int TICK_BITS = 27;
    private static final int LEVELS = 4;
    private static final int BUCKET_BITS = 6;
    private static final int BUCKETS = 1 << BUCKET_BITS;
    private static final int UNSCHEDULED = Integer.MAX_VALUE;
    private static final int LATEST_TICK = UNSCHEDULED - 1;

    /** Looks at the slots of a block. */
    @FunctionalInterface
    public interface Visitor {
        /** Removes what is past its deadline; returns the earliest deadline of the rest, or {@link Ticker#NEVER}. */
        long visit(int firstSlot, int endSlot);
    }

    /** The first tick that the hand has not been at. */
    private int hand;
    /** First block of each bucket, level by level, plus one; no array until there is a deadline. */
    private int[] heads = {};

    /** The blocks after and before one in its bucket, plus one; zero at the ends. */
    private int[] next = {};

    private int[] prev = {};
    private byte[] bucketOf = {};
    private int[] due = {};
    private int scheduled;
    private int scheduledAtLevel0;

    /** Makes room for the deadlines of {@code slots} slots. Where memory is short it throws, and nothing has changed. */
    public void grow(int slots) {
        int blocks = (slots + BLOCK - 1) / BLOCK;
        if (blocks <= due.length) {
            return;
        }
        int[] grownHeads = heads.length == 0 ? new int[LEVELS * BUCKETS] : heads;
        int[] grownNext = Arrays.copyOf(next, blocks);
        int[] grownPrev = Arrays.copyOf(prev, blocks);
        int[] grownDue = Arrays.copyOf(due, blocks);
        byte[] grownBucketOf = Arrays.copyOf(bucketOf, blocks);
        Arrays.fill(grownDue, due.length, blocks, UNSCHEDULED);
        heads = grownHeads;
        next = grownNext;
        prev = grownPrev;
        bucketOf = grownBucketOf;
        due = grownDue;
    }

    /** Forgets all deadlines and gives back the memory. */
    public void clear() {
        heads = new int[0];
        next = heads;
        prev = heads;
        due = heads;
        bucketOf = new byte[0];
        scheduled = 0;
        scheduledAtLevel0 = 0;
    }

    /** Whether it was given room. */
    public boolean isInUse() {
        return due.length > 0;
    }

    /** The entry in {@code slot} is of no use from {@code deadline} on, a reading of the ticker. */
    public void schedule(int slot, long deadline) {
        int tick = tickOf(deadline);
        int block = slot / BLOCK;
        if (deadline == Ticker.NEVER || tick >= due[block]) {
            return;
        }
        if (due[block] != UNSCHEDULED) {
            unlink(block);
        }
        due[block] = tick;
        link(block);
    }

    private static int tickOf(long nanos) {
        return (int) Math.min(LATEST_TICK, nanos >>> TICK_BITS);
    }

    /**
     * Moves the hand up to {@code now} and has the blocks looked at that are due.
     *
     * @param maxBlocks how many to look at, at most; the rest is left for the next time
     * @return how many were looked at
     */
    public int advance(long now, int maxBlocks, Visitor visitor) {
        int target = tickOf(now); // a deadline of this very tick may be in the future
        int visited = 0;
        while (hand < target && scheduled > 0) {
            if (hand % BUCKETS == 0) {
                cascade();
            }
            for (int head = heads[hand % BUCKETS]; head != 0; head = heads[hand % BUCKETS]) {
                if (visited == maxBlocks) {
                    return visited;
                }
                visited++;
                fire(head - 1, visitor);
            }
            hand = scheduledAtLevel0 > 0 ? hand + 1 : (int) Math.min(target, (hand | (BUCKETS - 1)) + 1L);
        }
        hand = scheduled == 0 ? Math.max(hand, target) : hand;
        return visited;
    }

    /** Where the visitor throws, the block is looked at again next time. */
    private void fire(int block, Visitor visitor) {
        int tick = due[block];
        int first = block * BLOCK;
        unlink(block);
        due[block] = UNSCHEDULED;
        boolean visited = false;
        try {
            schedule(first, visitor.visit(first, first + BLOCK));
            visited = true;
        } finally {
            if (!visited) {
                due[block] = tick;
                link(block);
            }
        }
    }

    /** Moves blocks down whose bucket begins at the hand, from the highest level on. */
    private void cascade() {
        for (int level = LEVELS - 1; level > 0; level--) {
            int shift = level * BUCKET_BITS;
            if ((hand & ((1 << shift) - 1)) == 0) {
                int bucket = level * BUCKETS + ((hand >>> shift) % BUCKETS);
                int chain = heads[bucket];
                heads[bucket] = 0;
                while (chain != 0) {
                    int block = chain - 1;
                    chain = next[block];
                    scheduled--;
                    link(block);
                }
            }
        }
    }

    private void link(int block) {
        int bucket = bucketFor(due[block]);
        int head = heads[bucket];
        if (head != 0) {
            prev[head - 1] = block + 1;
        }
        next[block] = head;
        prev[block] = 0;
        heads[bucket] = block + 1;
        bucketOf[block] = (byte) bucket;
        scheduled++;
        scheduledAtLevel0 += bucket < BUCKETS ? 1 : 0;
    }

    /** The bucket that the hand meets at this tick, or before it where the tick is too far away. */
    private int bucketFor(int dueTick) {
        int tick = Math.max(dueTick, hand);
        int level = 0;
        while (level < LEVELS - 1 && tick - hand >= 1 << ((level + 1) * BUCKET_BITS)) {
            level++;
        }
        int reach = Math.min(tick - hand, (1 << (LEVELS * BUCKET_BITS)) - 1);
        return level * BUCKETS + (((hand + reach) >>> (level * BUCKET_BITS)) % BUCKETS);
    }

    private void unlink(int block) {
        int bucket = Byte.toUnsignedInt(bucketOf[block]);
        int after = next[block];
        int before = prev[block];
        if (after != 0) {
            prev[after - 1] = before;
        }
        if (before != 0) {
            next[before - 1] = after;
        } else {
            heads[bucket] = after;
        }
        scheduled--;
        scheduledAtLevel0 -= bucket < BUCKETS ? 1 : 0;
    }

    /** Checks the invariant of the class; for tests. */
    public void checkInvariants() {
        int linked = 0;
        for (int bucket = 0; bucket < heads.length; bucket++) {
            int before = 0;
            for (int link = heads[bucket]; link != 0; link = next[link - 1]) {
                int block = link - 1;
                check(prev[block] == before, "links of neighbours disagree", block);
                check(Byte.toUnsignedInt(bucketOf[block]) == bucket, "a block is in a bucket it does not name", block);
                check(due[block] != UNSCHEDULED, "a block is linked but not due", block);
                before = link;
                linked++;
            }
        }
        check(linked == scheduled, "blocks linked are not as many as scheduled", linked);
        long waiting = Arrays.stream(due).filter(tick -> tick != UNSCHEDULED).count();
        check(linked == waiting, "blocks linked are not those that are due some time", linked);
    }

    private static void check(boolean holds, String what, int number) {
        if (!holds) {
            throw new IllegalStateException(what + ": " + number);
        }
    }
}
