package dev.larder.policy;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Two clocks of slots, a window for newcomers and a main one for what has proved itself, run as an {@link Expert} says.
 *
 * <p>A clock is a queue whose front gets another turn if it was read since its last. In the window all reads count as
 * one; in the main clock each read counts for a turn, up to {@link #MAX_READS}. What comes to the front of a window that
 * is at its share, unread, leaves, unless it proves itself against the front of the main clock, which leaves then.
 *
 * <p>{@link #counters} may be written by any thread: a counter is a hint, and whatever is read there, at most
 * {@link #MAX_TURNS} turns are granted in one search. All else is guarded by the lock of the policy's owner.
 *
 * <p>Time is the number of entries added so far; it wraps, and only differences count.
 */
final class TwoClocks {
    static final byte MAX_READS = 3;

    private static final int WINDOW = 0;
    private static final int MAIN = 1;
    /** The most entries moved in one search, so that one write never pays for all reads of others. */
    private static final int MAX_TURNS = 128;
    /** A newcomer must be asked for more often than the other by more than this: less is noise, and a loop's phase. */
    private static final int FREQUENCY_MARGIN = 1;
    /** A newcomer must come back sooner by this part of the entries: the unit of the times of {@link TimedGhosts}. */
    private static final int RETURN_MARGIN = 16;

    private final SlotChains chains = new SlotChains(2);
    private final TimedGhosts ghosts = new TimedGhosts();
    private final FrequencySketch sketch;
    private Expert expert;
    /** Reads of each slot since its last turn; see the class comment. */
    private byte[] counters = {};

    private int now;

    TwoClocks(FrequencySketch sketch, Expert expert) {
        this.sketch = sketch;
        this.expert = expert;
    }

    void follow(Expert other) {
        expert = other;
    }

    /** Entries now in both clocks. */
    int size() {
        return chains.size(WINDOW) + chains.size(MAIN);
    }

    /** How often each slot was read since its last turn; for readers to raise to {@link #MAX_READS}. */
    byte[] counters() {
        return counters;
    }

    void add(int slot, int hash) {
        now++;
        int absence = ghosts.take(hash, now);
        counters[slot] = 0;
        chains.add(returnsInTime(absence) ? MAIN : WINDOW, slot, now);
    }

    private boolean returnsInTime(int absence) {
        return expert.proof() == Expert.Proof.RETURN
                && absence != TimedGhosts.UNKNOWN
                && beatsMain(absence, mainFront());
    }

    void remove(int slot, int hash, boolean evicted) {
        if (evicted) {
            ghosts.add(hash, now - chains.frontTime(chains.queueOf(slot)), now);
        }
        chains.remove(slot);
    }

    /** The slot of the entry to evict, or {@link Policy#NONE} if there is no entry. */
    int victim(SlotHashes hashes) {
        int entries = size();
        int share = Math.min(expert.window(entries), Math.max(1, entries - 1));
        for (int turns = MAX_TURNS; chains.size(WINDOW) >= share; turns--) {
            int slot = chains.first(WINDOW, now);
            if (slot == Policy.NONE) {
                break;
            }
            boolean wasRead = counters[slot] > 0;
            if (turns > 0 && chains.size(MAIN) < entries - share) {
                counters[slot] = (byte) Math.min(counters[slot], 1);
                chains.moveFirst(WINDOW, MAIN, now);
            } else if (turns > 0 && wasRead && expert.proof() == Expert.Proof.FREQUENCY) {
                grantTurn(slot);
            } else {
                int other = mainFront();
                if (other != Policy.NONE && provesItself(slot, wasRead, other, hashes)) {
                    promote(slot);
                    return other;
                }
                if (other == Policy.NONE || turns <= 0 || !wasRead) {
                    return slot;
                }
                grantTurn(slot);
            }
        }
        int slot = mainFront();
        return slot == Policy.NONE ? chains.first(WINDOW, now) : slot;
    }

    private void grantTurn(int slot) {
        counters[slot] = 0;
        chains.moveFirst(WINDOW, WINDOW, now);
    }

    private void promote(int slot) {
        counters[slot] = 0;
        chains.moveFirst(WINDOW, MAIN, now);
    }

    private boolean provesItself(int slot, boolean wasRead, int other, SlotHashes hashes) {
        return switch (expert.proof()) {
            case RETURN -> wasRead && beatsMain(now - chains.frontTime(WINDOW), other);
            case FREQUENCY ->
                sketch.frequency(hashes.hashAt(slot)) > sketch.frequency(hashes.hashAt(other)) + FREQUENCY_MARGIN;
        };
    }

    /** Whether {@code absence} is shorter than the main clock's front has not been read for. */
    private boolean beatsMain(int absence, int front) {
        return front != Policy.NONE && absence + size() / RETURN_MARGIN < now - chains.frontTime(MAIN);
    }

    /** The front of the main clock, after those have had another turn that were read. */
    private int mainFront() {
        for (int turns = MAX_TURNS; ; turns--) {
            int slot = chains.first(MAIN, now);
            if (slot == Policy.NONE || turns == 0 || counters[slot] == 0) {
                return slot;
            }
            counters[slot]--;
            chains.moveFirst(MAIN, MAIN, now);
        }
    }

    /** Those not read since their last turn first; of these, the window's. */
    int[] coldestFirst() {
        byte[] reads = counters.clone(); // as they are now: readers go on counting
        int[] ordered = chains.inOrder();
        int[] result = new int[ordered.length];
        int unread = 0;
        for (int slot : ordered) {
            unread += reads[slot] == 0 ? 1 : 0;
        }
        int cold = 0;
        int warm = unread;
        for (int slot : ordered) {
            result[reads[slot] == 0 ? cold++ : warm++] = slot;
        }
        return result;
    }

    void grow(int slots) {
        byte[] grown = Arrays.copyOf(counters, slots);
        chains.grow(slots);
        ghosts.resize(slots);
        counters = grown;
    }

    void clear() {
        chains.clear();
        ghosts.resize(0);
        counters = new byte[0];
    }

    void checkInvariants(BitSet stored) {
        chains.checkInvariants(stored);
    }
}
