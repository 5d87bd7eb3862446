package dev.larder.store;

import dev.larder.event.RemovalCause;
import dev.larder.expiry.TimingWheel;
import dev.larder.policy.Policy;
import dev.larder.policy.SlotHashes;
import dev.larder.time.Ticker;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One part of a {@link HeapStore}: an index from hashes to slots, nodes by slot, and a policy over the slots. It keeps;
 * bounds and causes are the store's.
 *
 * <pre>{@code
 *  hash ──▶ index  int[]      tag | slot + 1      (SlotIndex)
 *                                   │
 *           nodes  Node[]     ◀─────┴── slot ─────▶ hashes int[], policy's arrays, timing wheel
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
 * <p>Tried by {@code HeapStoreRaceTest}, {@code StoreLincheckTest} and the tests of {@code core-stress}.
 *
 * <p><b>Torn shards.</b> A thread whose stack ends inside a change throws wherever it calls something. Each method that
 * changes more than one place raises {@code torn} before the first store and lowers it after the last; whoever takes the
 * lock and finds it up empties the shard first, and the entries are reported as {@link RemovalCause#CLEARED}: a cache may
 * drop any entry, and to put the pieces together again would take code that never runs. Stores between which there is no
 * call need no such care, so the account is exact at each moment: {@code count}, {@code cost}, the nodes, the departures
 * counted, and what is {@code held} of the ledger. A reader without a lock meets a torn shard as one on the move: what it
 * finds is right, and for a miss it takes the lock.
 *
 * <p>Invariant (under the lock): the index holds exactly the slots of non-null nodes, each reachable from its hash, and the
 * policy holds the same slots; the free list holds all others; {@code count} and {@code cost} are sums over those in
 * use. A slot whose entry has a deadline is in a block of the wheel that is due by then.
 */
final class Shard<K, V> implements SlotHashes {
    /** Slots of a shard that got its first entry. */
    private static final int FIRST_SLOTS = 8;
    /** With as many entries a shard is full, whatever the bound; index and slot numbers stay ints by far. */
    private static final int MAX_SLOTS = 1 << 26;

    /**
     * So many entries may have one hash. A search compares the keys of all of them, so without a limit whoever chooses
     * keys of one hash makes every call as slow as there are entries.
     */
    static final int MAX_SAME_HASH = 4096;

    private static final int OPTIMISTIC_ATTEMPTS = 4;

    private static final int[] NO_HASHES = {};
    private static final VarHandle SEQUENCE;

    static {
        try {
            SEQUENCE = MethodHandles.lookup().findVarHandle(Shard.class, "sequence", int.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    final ShardLock lock;
    private final Policy policy;
    private final Ledger ledger;
    /** How many entries this shard will hold when the store is full; a guess that growth aims at. */
    private final int expectedSlots;

    /** Even: at rest; odd: entries are on the move. */
    private volatile int sequence;

    private int[] index = SlotIndex.NONE;
    private @Nullable Node<K, V>[] nodes = newNodes(0);
    /** The hash of each entry's key, by slot; of a free slot: the next free one, plus one. Read under the lock only. */
    private int[] hashes = NO_HASHES;
    /** The first free slot, plus one; the list goes on in {@link #hashes}. */
    private int firstFree;

    /** What {@link #slotOf} found last. */
    private int crowdedSlot = -1;

    private int count;
    /** Written under the lock; read without it only as a hint. */
    private long cost;
    /**
     * How much of the ledger is this shard's: what its entries cost, and the room that the change under way has. Written
     * beside each change of the ledger, with no call in between.
     */
    long held;

    /** Whether a change of several places is under way; found so by a thread that takes the lock, it failed. */
    private boolean torn;

    private final TimingWheel wheel = new TimingWheel();
    /** What the change under way moves; empty at rest. */
    private final Turnover<K, V> turnover = new Turnover<>();

    /** @param beforeWaiting called by a thread that is going to wait for the lock; where it throws, it does not */
    Shard(Policy policy, int expectedSlots, Ledger ledger, Runnable beforeWaiting) {
        this.policy = policy;
        this.expectedSlots = expectedSlots;
        this.ledger = ledger;
        this.lock = new ShardLock(beforeWaiting);
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
            lock.owner = ShardLock.NOBODY;
            lock.wake();
        }
    }

    private @Nullable Node<K, V> search(K key, int hash, boolean tellPolicy) {
        int[] index = this.index;
        @Nullable Node<K, V>[] nodes = this.nodes;
        int length = index.length;
        int tag = SlotIndex.tag(hash, length);
        int at = SlotIndex.home(hash, length);
        for (int steps = 0; steps < length; steps++) {
            int entry = index[at];
            if (entry == 0) {
                return null;
            }
            int slot = (entry ^ tag) - 1; // where the tags agree, only the slot is left; else it is out of range
            if (slot >= 0 && slot < nodes.length) {
                Node<K, V> node = nodes[slot];
                if (node != null && isOf(node, key)) {
                    if (tellPolicy) {
                        policy.onHit(slot, hash);
                    }
                    return node;
                }
            }
            at = SlotIndex.next(at, length);
        }
        return null;
    }

    @SuppressWarnings("ReferenceEquality") // a shortcut, as in every map
    private static <K, V> boolean isOf(Node<K, V> node, K key) {
        K its = node.key();
        return its == key || key.equals(its);
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

    /** Takes the lock and returns the caller's id; see {@link ShardLock} for how to release it. */
    long enter() {
        long self = lock.enter();
        if (torn) {
            try {
                clear(RemovalCause.CLEARED);
            } catch (RuntimeException | Error e) {
                lock.owner = ShardLock.NOBODY;
                throw e;
            }
        }
        return self;
    }

    /** Takes the lock if it is free; not for a thread that has it. */
    boolean tryEnter() {
        boolean entered = lock.tryEnter();
        if (entered && torn) {
            try {
                clear(RemovalCause.CLEARED);
            } catch (RuntimeException | Error e) {
                lock.owner = ShardLock.NOBODY;
                throw e;
            }
        }
        return entered;
    }

    /** Throws where the calling thread has the lock. */
    void checkNotEnteredByCaller() {
        lock.checkNotTakenByCaller();
    }

    /**
     * The slot of a key, or -1: then {@link #crowdedSlot} knows more. Calls the key's {@code equals}, and nothing has
     * changed when that throws.
     */
    int slotOf(K key, int hash) {
        int length = index.length;
        int sameHash = 0;
        crowdedSlot = -1;
        int tag = SlotIndex.tag(hash, length);
        for (int at = SlotIndex.home(hash, length); index[at] != 0; at = SlotIndex.next(at, length)) {
            if (SlotIndex.tagOf(index[at], length) == tag) {
                int slot = SlotIndex.slotOf(index[at], length);
                if (hashes[slot] == hash) {
                    if (isOf(nodeAt(slot), key)) {
                        return slot;
                    }
                    if (++sameHash == MAX_SAME_HASH) {
                        crowdedSlot = slot;
                    }
                }
            }
        }
        return -1;
    }

    /** An entry that must leave before another of the last key's hash may come, or -1. */
    int crowdedSlot() {
        return crowdedSlot;
    }

    /** The slot of this very node, or -1. Calls no user code. */
    @SuppressWarnings("ReferenceEquality") // a node is itself, whatever it holds
    int slotOf(Node<K, V> node, int hash) {
        int length = index.length;
        for (int at = SlotIndex.home(hash, length); index[at] != 0; at = SlotIndex.next(at, length)) {
            int slot = SlotIndex.slotOf(index[at], length);
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
        return hashes[slot];
    }

    Turnover<K, V> turnover() {
        return turnover;
    }

    /** What the change under way holds of the ledger and has not spent on entries. */
    long room() {
        return held - cost;
    }

    /** Whether a change failed in the midst; then nothing here may be relied on but the account. */
    boolean isTorn() {
        return torn;
    }

    /** Makes room for more slots. Where memory is short it throws, and nothing has changed. */
    void grow() {
        int before = nodes.length;
        int slots = grown(before);
        @Nullable Node<K, V>[] grownNodes = Arrays.copyOf(nodes, slots);
        int[] grownHashes = Arrays.copyOf(hashes, slots);
        int[] grownIndex = new int[SlotIndex.lengthFor(slots)];
        for (int slot = 0; slot < before; slot++) {
            if (nodes[slot] != null) {
                SlotIndex.insert(grownIndex, hashes[slot], slot);
            }
        }
        for (int slot = before; slot < slots; slot++) {
            grownHashes[slot] = slot + 1 == slots ? firstFree : slot + 2;
        }
        if (wheel.isInUse()) {
            wheel.grow(slots);
        }
        growPolicy(slots);
        torn = true;
        hashes = grownHashes;
        firstFree = before + 1;
        beginMove();
        nodes = grownNodes;
        index = grownIndex;
        endMove();
        torn = false;
    }

    /** A policy stands as it was where memory is short, but not where the stack is. */
    private void growPolicy(int slots) {
        try {
            policy.grow(slots);
        } catch (StackOverflowError e) {
            torn = true;
            throw e;
        }
    }

    /** By half; but no further than the guess, and past that by eighths. */
    private int grown(int slots) {
        int larger = slots < expectedSlots
                ? Math.min(Math.max(FIRST_SLOTS, slots + (slots >> 1)), expectedSlots)
                : slots + (slots >> 3) + 1;
        return Math.min(larger, MAX_SLOTS);
    }

    /**
     * Stores a node whose key is not stored; there is a free slot.
     *
     * @param deadline when it is of no use any more, or {@link Ticker#NEVER}
     */
    void insert(Node<K, V> node, int hash, long itsCost, long deadline) {
        expect(deadline);
        torn = true;
        int slot = firstFree - 1;
        firstFree = hashes[slot];
        hashes[slot] = hash;
        beginMove();
        nodes[slot] = node;
        SlotIndex.insert(index, hash, slot);
        count++;
        cost += itsCost;
        endMove();
        policy.onAdd(slot, hash, node.keepUntilNanos());
        schedule(slot, deadline);
        torn = false;
    }

    /** Stores a node in place of another of the same key, which is noted as the next to leave. */
    void replace(int slot, Node<K, V> node, long moreCost, long deadline) {
        expect(deadline);
        torn = true;
        VarHandle.releaseFence();
        nodes[slot] = node;
        cost += moreCost;
        turnover.count++;
        policy.onUpdate(slot, hashes[slot], node.keepUntilNanos());
        schedule(slot, deadline);
        torn = false;
    }

    /** Has the wheel made where this is the first deadline; before anything is changed, for memory may be short. */
    private void expect(long deadline) {
        if (deadline != Ticker.NEVER && !wheel.isInUse()) {
            wheel.grow(nodes.length);
        }
    }

    private void schedule(int slot, long deadline) {
        if (deadline != Ticker.NEVER) {
            wheel.schedule(slot, deadline);
        }
    }

    /** Empties a slot in use, whose node {@code departures} has noted as the next to leave. */
    void remove(int slot, long itsCost, boolean evicted, Turnover<K, V> departures) {
        torn = true;
        int hash = hashes[slot];
        beginMove();
        SlotIndex.remove(index, slot, hashes);
        nodes[slot] = null;
        count--;
        cost -= itsCost;
        departures.count++;
        endMove();
        hashes[slot] = firstFree;
        firstFree = slot + 1;
        policy.onRemove(slot, hash, evicted);
        torn = false;
    }

    /** The slot of the entry that the policy would have leave next, or {@link Policy#NONE}; only where there are entries. */
    int victim() {
        torn = true;
        int victim = policy.victim(this);
        torn = false;
        return victim;
    }

    /** Empties all slots and gives back their memory; all entries leave. Mends a torn shard. */
    void clear(RemovalCause cause) {
        int left = turnover.count;
        for (Node<K, V> node : nodes) {
            if (node != null) {
                turnover.note(left++, node, cause);
            }
        }
        @Nullable Node<K, V>[] none = newNodes(0);
        torn = true;
        policy.clear();
        wheel.clear();
        beginMove();
        index = SlotIndex.NONE;
        nodes = none;
        hashes = NO_HASHES;
        firstFree = 0;
        count = 0;
        cost = 0;
        turnover.count = left;
        endMove();
        giveBackRoom();
        torn = false;
    }

    /** Gives the ledger what no entry here takes. */
    void giveBackRoom() {
        long room = held - cost;
        if (room != 0) {
            ledger.give(room);
            held -= room;
        }
    }

    /** A copy of the nodes, among nulls. */
    @Nullable Node<K, V>[] snapshot() {
        return nodes.clone();
    }

    /** The nodes, those first that the policy would have leave first. */
    List<Node<K, V>> coldestFirst() {
        List<Node<K, V>> ordered = new ArrayList<>(count);
        for (int slot : policy.coldestFirst()) {
            ordered.add(nodeAt(slot));
        }
        return ordered;
    }

    /** The node in a slot that may be free, or not be there. */
    @Nullable Node<K, V> peekAt(int slot) {
        return slot < nodes.length ? nodes[slot] : null;
    }

    /** Whether any entry ever had a deadline; a hint without the lock. */
    boolean hasDeadlines() {
        return wheel.isInUse();
    }

    /** Has the blocks of slots looked at that are due; see {@link TimingWheel#advance}. */
    int advance(long now, int maxBlocks, TimingWheel.Visitor visitor) {
        try {
            return wheel.advance(now, maxBlocks, visitor);
        } catch (StackOverflowError e) { // of what else a visitor throws the wheel takes care
            torn = true;
            throw e;
        }
    }

    private void beginMove() {
        SEQUENCE.setOpaque(this, (sequence + 1) | 1); // a torn move may have left it odd
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
        check(turnover.isEmpty() && held == cost, "a change left something behind");
        BitSet free = new BitSet(nodes.length);
        for (int link = firstFree; link != 0; link = hashes[link - 1]) {
            check(!free.get(link - 1), "a slot is free twice");
            free.set(link - 1);
        }
        BitSet used = new BitSet(nodes.length);
        long sum = 0;
        for (int slot = 0; slot < nodes.length; slot++) {
            Node<K, V> node = nodes[slot];
            check(free.get(slot) == (node == null), "a slot is free with a node in it, or in use with none");
            if (node != null) {
                used.set(slot);
                check(node.hash() == hashes[slot], "a slot has the hash of another key");
                check(slotOf(node, node.hash()) == slot, "a node is not reachable from its hash");
                sum += unit == Bound.Unit.ENTRIES ? 1 : node.weight();
            }
        }
        check(sum == cost, "cost is not the sum of the entries'");
        int filled = 0;
        for (int entry : index) {
            filled += entry == 0 ? 0 : 1;
        }
        check(used.cardinality() == count, "slots in use are not as many as entries");
        check(filled == count, "the index has places for entries that are gone");
        check(filled < index.length, "the index is full");
        policy.checkInvariants(used);
        wheel.checkInvariants();
    }

    private static void check(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalStateException(otherwise);
        }
    }
}
