package dev.larder.store;

import dev.larder.policy.Policy;
import dev.larder.policy.SlotHashes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One part of a {@link HeapStore}: an index from hashes to slots, nodes by slot, and a policy over the slots. It keeps;
 * bounds and causes are the store's.
 *
 * <pre>{@code
 *  hash ──▶ index  int[2^c]   tag | slot + 1      (SlotIndex)
 *                                   │
 *           nodes  Node[]     ◀─────┘  slot ─────▶ policy's arrays
 * }</pre>
 *
 * <p><b>Writers</b> hold {@link #lock}; every method but {@link #find} and {@link #count} needs it. A structural change
 * makes {@code sequence} odd before its first store and even after its last. Replacing a node in its slot is one store
 * and needs no sequence.
 *
 * <p><b>Readers</b> take no lock. A find reads {@code sequence} (volatile), then the index and the node by plain loads.
 * Why these suffice:
 * <ul>
 *   <li>A node is immutable and published by its final fields, so a plain load of a reference to it shows it whole. Its
 *       one mutable field, the time of its last read, is stored before a release fence.
 *   <li>A node carries its key: whatever the index led to, a node whose key equals was stored in that slot when it was
 *       loaded (or when the loaded array was replaced by a greater copy, if that happened meanwhile). So a hit is right at
 *       that moment and needs no check. Slots are reused, nodes never, so there is no ABA.
 *   <li>A removal clears the slot, and a replacement overwrites it, before the lock's release, which is a full fence. The
 *       volatile load at the start keeps the compiler from using anything loaded earlier. Hence a find that begins after
 *       a change returned sees it.
 *   <li>A miss may be due to entries on the move. It counts only if the sequence was even at the start and is unchanged
 *       at the end; else the search is repeated, and after a few attempts made under the lock.
 *   <li>Index and nodes may be of different sizes for a moment while a shard grows: slots beyond the array are skipped.
 * </ul>
 *
 * <p>Invariant (under the lock): the index holds exactly the slots of non-null nodes, each reachable from its node's
 * hash; {@code used} and the policy hold the same slots; {@code count} and {@code cost} are their sums.
 */
final class Shard<K, V> implements SlotHashes {
    /** Slots of a shard that got its first entry. */
    private static final int FIRST_SLOTS = 8;
    /** With as many entries a shard is full, whatever the bound; index and slot numbers stay ints by far. */
    private static final int MAX_SLOTS = 1 << 26;

    private static final int OPTIMISTIC_ATTEMPTS = 4;
    private static final VarHandle SEQUENCE;

    static {
        try {
            SEQUENCE = MethodHandles.lookup().findVarHandle(Shard.class, "sequence", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Policy policy;
    /** How many entries this shard will hold when the store is full; a guess that growth aims at. */
    private final int expectedSlots;

    /** Even: at rest; odd: entries are on the move. */
    private volatile int sequence;

    private int[] index = SlotIndex.NONE;
    private @Nullable Node<K, V>[] nodes = newNodes(0);
    private BitSet used = new BitSet(0);
    /** No slot below this one is free. */
    private int firstFree;

    private int count;
    /** Written under the lock; read without it only as a hint. */
    private long cost;
    /** The slot at which the next sweep begins. */
    private int hand;

    Shard(Policy policy, int expectedSlots) {
        this.policy = policy;
        this.expectedSlots = expectedSlots;
    }

    /** The node of a key as it is at one moment between call and return. Takes no lock, unless writers keep moving. */
    @Nullable Node<K, V> find(K key, int hash, boolean tellPolicy) {
        for (int attempt = 0; attempt < OPTIMISTIC_ATTEMPTS; attempt++) {
            int before = sequence;
            Node<K, V> found = search(key, hash, tellPolicy);
            if (found != null) {
                return found;
            }
            VarHandle.acquireFence();
            if ((before & 1) == 0 && before == sequence) {
                return null;
            }
            Thread.onSpinWait();
        }
        enter();
        try {
            return search(key, hash, tellPolicy);
        } finally {
            exit();
        }
    }

    private @Nullable Node<K, V> search(K key, int hash, boolean tellPolicy) {
        int[] index = this.index;
        @Nullable Node<K, V>[] nodes = this.nodes;
        int mask = index.length - 1;
        int tag = SlotIndex.tag(hash, index.length);
        int at = SlotIndex.home(hash, index.length);
        for (int steps = 0; steps <= mask; steps++) {
            int entry = index[at];
            if (entry == 0) {
                return null;
            }
            int slot = SlotIndex.slotOf(entry, index.length);
            if (SlotIndex.tagOf(entry, index.length) == tag && slot < nodes.length) {
                Node<K, V> node = nodes[slot];
                if (node != null && isOf(node, key, hash)) {
                    if (tellPolicy) {
                        policy.onHit(slot, hash);
                    }
                    return node;
                }
            }
            at = (at + 1) & mask;
        }
        return null;
    }

    @SuppressWarnings("ReferenceEquality") // a shortcut, as in every map
    private static <K, V> boolean isOf(Node<K, V> node, K key, int hash) {
        K its = node.key();
        return its == key || (node.hash() == hash && key.equals(its));
    }

    /** Entries now stored. */
    int count() {
        int acquired = sequence; // orders the load of the count, and keeps it from being moved out of a caller's loop
        return acquired == 0 ? 0 : count;
    }

    /** About what the entries cost together; exact under the lock. */
    long cost() {
        return cost;
    }

    /**
     * Takes the lock.
     *
     * @throws IllegalStateException if this thread has it: user code that the store called has called the store
     */
    void enter() {
        if (lock.isHeldByCurrentThread()) {
            throw new IllegalStateException(
                    "a key's equals or hashCode, or a change, must not use the cache it is called by");
        }
        lock.lock();
    }

    /** Takes the lock if it is free; not for a thread that has it. */
    boolean tryEnter() {
        return lock.tryLock();
    }

    void exit() {
        lock.unlock();
    }

    /** The slot of a key, or -1. Calls the key's {@code equals}, and nothing has changed when that throws. */
    int slotOf(K key, int hash) {
        int mask = index.length - 1;
        int tag = SlotIndex.tag(hash, index.length);
        for (int at = SlotIndex.home(hash, index.length); index[at] != 0; at = (at + 1) & mask) {
            int entry = index[at];
            if (SlotIndex.tagOf(entry, index.length) == tag) {
                int slot = SlotIndex.slotOf(entry, index.length);
                if (isOf(nodeAt(slot), key, hash)) {
                    return slot;
                }
            }
        }
        return -1;
    }

    /** The slot of this very node, or -1. Calls no user code. */
    int slotOf(Node<K, V> node) {
        int mask = index.length - 1;
        for (int at = SlotIndex.home(node.hash(), index.length); index[at] != 0; at = (at + 1) & mask) {
            int slot = SlotIndex.slotOf(index[at], index.length);
            if (nodes[slot] == node) {
                return slot;
            }
        }
        return -1;
    }

    /** The node in a slot that is in use. */
    Node<K, V> nodeAt(int slot) {
        Node<K, V> node = nodes[slot];
        if (node == null) {
            throw new IllegalStateException("slot " + slot + " is not in use");
        }
        return node;
    }

    boolean isEmpty() {
        return count == 0;
    }

    /** Whether an insert needs no {@link #grow} before it. */
    boolean hasFreeSlot() {
        return count < nodes.length;
    }

    boolean canGrow() {
        return nodes.length < MAX_SLOTS;
    }

    @Override
    public int hashAt(int slot) {
        return nodeAt(slot).hash();
    }

    /** Makes room for more slots. Where memory is short it throws, and nothing has changed. */
    void grow() {
        int slots = grown(nodes.length);
        @Nullable Node<K, V>[] grownNodes = Arrays.copyOf(nodes, slots);
        BitSet grownUsed = new BitSet(slots);
        grownUsed.or(used);
        int[] grownIndex = index;
        int length = SlotIndex.lengthFor(slots);
        if (nodes.length == 0 || length != index.length) { // never write the index that all empty shards share
            grownIndex = new int[length];
            for (int slot = used.nextSetBit(0); slot >= 0; slot = used.nextSetBit(slot + 1)) {
                SlotIndex.insert(grownIndex, nodeAt(slot).hash(), slot);
            }
        }
        policy.grow(slots);
        beginMove();
        nodes = grownNodes;
        index = grownIndex;
        endMove();
        used = grownUsed;
    }

    /** By half; but no further than the guess, and past that by eighths. */
    private int grown(int slots) {
        int larger = slots < expectedSlots
                ? Math.min(Math.max(FIRST_SLOTS, slots + (slots >> 1)), expectedSlots)
                : slots + (slots >> 3) + 1;
        return Math.min(larger, MAX_SLOTS);
    }

    /** Stores a node whose key is not stored; there is a free slot. */
    void insert(Node<K, V> node, long itsCost) {
        int slot = used.nextClearBit(firstFree);
        firstFree = slot + 1;
        used.set(slot);
        beginMove();
        nodes[slot] = node;
        SlotIndex.insert(index, node.hash(), slot);
        count++;
        cost += itsCost;
        endMove();
        policy.onAdd(slot, node.hash(), node.keepUntilNanos());
    }

    /** Stores a node in place of another of the same key. */
    void replace(int slot, Node<K, V> node, long moreCost) {
        VarHandle.releaseFence();
        nodes[slot] = node;
        cost += moreCost;
        policy.onUpdate(slot, node.hash(), node.keepUntilNanos());
    }

    /** Empties a slot in use. */
    void remove(int slot, long itsCost, boolean evicted) {
        int hash = nodeAt(slot).hash();
        beginMove();
        SlotIndex.remove(index, hash, slot, nodes);
        nodes[slot] = null;
        count--;
        cost -= itsCost;
        endMove();
        used.clear(slot);
        firstFree = Math.min(firstFree, slot);
        policy.onRemove(slot, hash, evicted);
    }

    /** The slot of the entry that the policy would have leave next, or {@link Policy#NONE}; only where there are entries. */
    int victim() {
        return policy.victim(this);
    }

    /** Empties all slots and gives back their memory; returns the nodes, among nulls. */
    @Nullable Node<K, V>[] clear() {
        @Nullable Node<K, V>[] old = nodes;
        @Nullable Node<K, V>[] none = newNodes(0);
        BitSet noneUsed = new BitSet(0);
        policy.clear();
        beginMove();
        index = SlotIndex.NONE;
        nodes = none;
        count = 0;
        cost = 0;
        endMove();
        used = noneUsed;
        firstFree = 0;
        hand = 0;
        return old;
    }

    /** A copy of the nodes, among nulls. */
    @Nullable Node<K, V>[] snapshot() {
        return nodes.clone();
    }

    int slots() {
        return nodes.length;
    }

    /** The next slot in use of the sweep that expiry makes, or -1 at the end of a round. */
    int sweep() {
        int slot = used.nextSetBit(hand);
        hand = slot < 0 ? 0 : slot + 1;
        return slot;
    }

    private void beginMove() {
        SEQUENCE.setOpaque(this, sequence + 1);
        VarHandle.releaseFence();
    }

    private void endMove() {
        SEQUENCE.setRelease(this, sequence + 1);
    }

    @SuppressWarnings("unchecked") // never leaves this class as anything but an array of nodes
    private static <K, V> @Nullable Node<K, V>[] newNodes(int length) {
        return (Node<K, V>[]) new Node<?, ?>[length];
    }

    /** Checks the invariant of the class; for tests, in linear time. */
    void checkInvariants(Bound.Unit unit) {
        check((sequence & 1) == 0, "the sequence is odd at rest");
        check(used.cardinality() == count, "slots in use are not as many as entries");
        check(used.nextClearBit(0) >= Math.min(firstFree, nodes.length), "a slot below firstFree is free");
        long sum = 0;
        for (int slot = 0; slot < nodes.length; slot++) {
            Node<K, V> node = nodes[slot];
            check(used.get(slot) == (node != null), "a slot is in use without a node, or has one unused");
            if (node != null) {
                check(slotOf(node) == slot, "a node is not reachable from its hash");
                sum += unit == Bound.Unit.ENTRIES ? 1 : node.weight();
            }
        }
        check(sum == cost, "cost is not the sum of the entries'");
        int filled = 0;
        for (int entry : index) {
            filled += entry == 0 ? 0 : 1;
        }
        check(filled == count, "the index has places for entries that are gone");
        check(filled <= index.length / 4 * 3 || index.length == 2, "the index is too full");
        policy.checkInvariants(used);
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }
}
