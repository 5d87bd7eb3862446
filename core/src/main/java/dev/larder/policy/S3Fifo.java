package dev.larder.policy;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Keeps what is read again and lets a scan pass through: S3-FIFO, after Yang, Zhang, Qiu, Yue and Rashmi, "FIFO Queues
 * are All You Need for Cache Eviction", SOSP 2023.
 *
 * <p>The idea: most keys are asked for once within the time a cache can remember. So a newcomer enters a <em>small</em>
 * queue, a tenth of the entries. Read again there, it moves to the <em>main</em> queue; if not, it leaves after a tenth
 * of the time that LRU would have given it, and its hash goes to a <em>ghost</em> list. A key that comes back while its
 * ghost is remembered goes straight to main. The main queue is a clock: an entry read since its last turn gets another,
 * up to three.
 *
 * <p>A hit raises a 2-bit counter, unless it is at its top already: a hot entry costs a read nothing but a look at a byte.
 * No list is touched, no lock is needed, and two hits that race may count as one.
 *
 * <p>Invariants, all under the owner's lock: every stored slot is in exactly one of the two queues; a free slot is in
 * none. A counter is a hint that any thread may change at any time; {@link #victim} ends whatever it reads there, since
 * it grants at most {@link #MAX_TURNS} turns.
 *
 * <p>Rejected: LRU (a scan empties it; every hit moves links under a lock), plain CLOCK (as bad with scans), SIEVE
 * (worse where recency rules: 0.7 % instead of 33 % hits on a vault's trace).
 *
 * <p>Memory: 9 bytes of links, 1 of counter and about 2 of ghosts per slot.
 */
final class S3Fifo implements Policy {
    private static final int SMALL = 0;
    private static final int MAIN = 1;
    /** The small queue's share of all entries is one in so many. */
    private static final int SMALL_SHARE = 10;

    private static final byte MAX_READS = 3;
    /** So many reads in the small queue make an entry worth keeping. */
    private static final byte READS_TO_STAY = 2;
    /** The most entries given another turn in one search, so that one write never pays for all reads of others. */
    private static final int MAX_TURNS = 512;

    private final SlotQueues queues = new SlotQueues(2);
    private final GhostSet ghosts = new GhostSet();
    /** Written by any thread; see the class comment. */
    private byte[] reads = {};

    @Override
    public void onHit(int slot, int hash) {
        byte[] counters = reads;
        if (slot < counters.length) {
            byte count = counters[slot];
            if (count < MAX_READS) {
                counters[slot] = (byte) (count + 1);
            }
        }
    }

    @Override
    public void onAdd(int slot, int hash, long expiresAt) {
        reads[slot] = 0;
        queues.append(ghosts.remove(hash) ? MAIN : SMALL, slot);
    }

    @Override
    public void onUpdate(int slot, int hash, long expiresAt) {
        onHit(slot, hash);
    }

    @Override
    public void onRemove(int slot, int hash, boolean evicted) {
        int queue = queues.remove(slot);
        if (evicted && queue == SMALL) {
            ghosts.add(hash);
        }
    }

    @Override
    public int victim(SlotHashes hashes) {
        int turns = MAX_TURNS;
        while (true) {
            int queue = queueToShorten();
            int slot = queues.first(queue);
            byte count = reads[slot];
            boolean stays = queue == SMALL ? count >= READS_TO_STAY : count > 0;
            if (!stays || turns-- == 0) {
                return slot;
            }
            reads[slot] = queue == SMALL ? 0 : (byte) (count - 1);
            queues.move(MAIN, slot);
        }
    }

    @Override
    public int[] coldestFirst() {
        return queues.inOrder();
    }

    private int queueToShorten() {
        int small = queues.size(SMALL);
        int main = queues.size(MAIN);
        return main == 0 || small * (long) SMALL_SHARE >= small + (long) main ? SMALL : MAIN;
    }

    @Override
    public void grow(int slots) {
        byte[] grownReads = Arrays.copyOf(reads, slots);
        queues.grow(slots);
        ghosts.resize(slots);
        reads = grownReads;
    }

    @Override
    public void clear() {
        queues.clear();
        ghosts.resize(0);
        reads = new byte[0];
    }

    @Override
    public void checkInvariants(BitSet stored) {
        queues.checkInvariants(stored);
    }
}
