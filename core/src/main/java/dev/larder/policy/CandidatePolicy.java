package dev.larder.policy;

import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * What the policies after Redis have in common: who may leave, and how the victim is found among them.
 *
 * <p>Those who may leave are the {@link Candidates}. Where there is none the policy names no victim, and the newcomer is
 * refused. No order is kept among them. A search draws {@link #SAMPLE} at random and takes the coldest one of these and of
 * the {@link #POOL} coldest that earlier searches have left over. So all that a hit has to write is a number by slot,
 * without a lock; and since {@link #coldness} is asked anew in each search, who was read meanwhile is spared.
 *
 * <p>Redis draws 5 and keeps 16. Drawing 8 and keeping 8 takes about as long and comes nearer to an exact order;
 * docs/decisions/0014 has the figures. Of {@link #SAMPLE} candidates or fewer the choice is exact.
 *
 * <p>Memory: 1¼ bytes a slot, and what a subclass keeps for {@link #coldness}.
 */
abstract class CandidatePolicy implements Policy {
    /** How many candidates a search draws. */
    static final int SAMPLE = 8;
    /** How many of the coldest are remembered for the next search. */
    static final int POOL = 8;

    private final Candidates kind;
    private final Dice dice;
    private final SlotSet candidates = new SlotSet();
    /** All slots in use; sized by {@link #grow}, so that it never allocates elsewhere. */
    private BitSet stored = new BitSet();

    /** Candidates, coldest first: those left over by the last search, and room for those that the next one draws. */
    private final int[] pool = new int[POOL + SAMPLE];
    /** How cold each in the pool was when it was entered; of use within one search only. */
    private final long[] poolColdness = new long[POOL + SAMPLE];

    private int pooled;
    /** What a search has drawn; of use within it only. */
    private final int[] sample = new int[SAMPLE];

    CandidatePolicy(Candidates kind, int seed) {
        this.kind = kind;
        this.dice = new Dice(seed);
    }

    /** How cold the entry in a slot is: of two candidates the colder one leaves first. At least 0. */
    abstract long coldness(int slot);

    /** An entry came into {@code slot}. */
    abstract void added(int slot, long expiresAt);

    /** The entry in {@code slot} got another value or other times. */
    abstract void updated(int slot, long expiresAt);

    @Override
    public final void onAdd(int slot, int hash, long expiresAt) {
        stored.set(slot);
        classify(slot, expiresAt);
        added(slot, expiresAt);
    }

    @Override
    public final void onUpdate(int slot, int hash, long expiresAt) {
        classify(slot, expiresAt);
        updated(slot, expiresAt);
    }

    private void classify(int slot, long expiresAt) {
        if (kind.include(expiresAt)) {
            candidates.add(slot);
        } else {
            candidates.remove(slot);
        }
    }

    @Override
    public final void onRemove(int slot, int hash, boolean evicted) {
        stored.clear(slot);
        candidates.remove(slot);
    }

    @Override
    public int victim(SlotHashes hashes) {
        if (candidates.size() == 0) {
            return NONE;
        }
        int leftOver = pooled;
        pooled = 0;
        for (int i = 0; i < leftOver; i++) {
            if (candidates.contains(pool[i])) {
                enter(pool[i]);
            }
        }
        int count = drawSample();
        for (int i = 0; i < count; i++) {
            if (!isPooled(sample[i])) {
                enter(sample[i]);
            }
        }
        int victim = pool[0];
        pooled = Math.min(pooled - 1, POOL);
        System.arraycopy(pool, 1, pool, 0, pooled);
        return victim;
    }

    /** Draws {@link #SAMPLE} candidates, or takes all where there are no more; returns how many. */
    private int drawSample() {
        if (candidates.size() <= SAMPLE) {
            candidates.copyTo(sample);
            return candidates.size();
        }
        for (int i = 0; i < SAMPLE; i++) {
            sample[i] = candidates.draw(dice);
        }
        return SAMPLE;
    }

    /** A candidate at random, or {@link #NONE}. */
    final int anyCandidate() {
        return candidates.size() == 0 ? NONE : candidates.draw(dice);
    }

    private boolean isPooled(int slot) {
        for (int i = 0; i < pooled; i++) {
            if (pool[i] == slot) {
                return true;
            }
        }
        return false;
    }

    /** Puts a slot into the pool, before those that are warmer. */
    private void enter(int slot) {
        long cold = coldness(slot);
        int at = pooled++;
        while (at > 0 && poolColdness[at - 1] < cold) {
            pool[at] = pool[at - 1];
            poolColdness[at] = poolColdness[at - 1];
            at--;
        }
        pool[at] = slot;
        poolColdness[at] = cold;
    }

    /** A slot and its coldness at one moment, since hits go on while slots are sorted. */
    private record Rank(int slot, boolean stays, long coldness) {}

    /** Candidates by their coldness, then those who may not leave. */
    @Override
    public int[] coldestFirst() {
        return stored.stream()
                .mapToObj(slot -> new Rank(slot, !candidates.contains(slot), coldness(slot)))
                .sorted(Comparator.comparing(Rank::stays)
                        .thenComparing(Comparator.comparingLong(Rank::coldness).reversed()))
                .mapToInt(Rank::slot)
                .toArray();
    }

    @Override
    public void grow(int slots) {
        BitSet grownStored = new BitSet(slots);
        grownStored.or(stored);
        candidates.grow(slots);
        stored = grownStored;
    }

    @Override
    public void clear() {
        stored = new BitSet();
        candidates.clear();
        pooled = 0;
    }

    @Override
    public final void checkInvariants(BitSet used) {
        candidates.checkInvariants();
        check(stored.equals(used), "the slots known are not the slots in use");
        check(kind != Candidates.ALL || candidates.size() == stored.cardinality(), "an entry is no candidate");
        check(kind != Candidates.NONE || candidates.size() == 0, "there is a candidate where nobody may leave");
        long inUse = stored.stream().filter(candidates::contains).count();
        check(inUse == candidates.size(), "a candidate is not in use");
        check(IntStream.of(Arrays.copyOf(pool, pooled)).distinct().count() == pooled, "a slot is in the pool twice");
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }
}
