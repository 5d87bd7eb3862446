package dev.larder.store;

import dev.larder.event.RemovalCause;
import dev.larder.expiry.TimingWheel;
import dev.larder.policy.Policy;
import dev.larder.policy.SlotHashes;
import dev.larder.time.Ticker;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One part of a {@link HeapStore}: an index from hashes to slots, nodes by slot, and a policy over the  It keeps;
 * bounds and causes are the store's.
 *
 * <pre>{@code
 *  hash ──▶ index  int[]      tag | slot + 1      (SlotIndex)
 *                                   │
 *           nodes  Node[]     ◀─────┴── slot ─────▶ hashes int[], policy's arrays, timing wheel
 * }</pre>
 *
 * <p>Index and nodes are in {@link Slots}, for readers, who take no lock. The rest is for those who change something and
 * hold {@link #lock}; every method but {@link #count} needs it.
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
final class Shard<K, V> extends Slots<K, V> implements SlotHashes {
    /** Slots of a shard that got its first entry. */
    private static final int FIRST_SLOTS = 8;
    /** With as many entries a shard is full, whatever the bound; index and slot numbers stay ints by far. */
    private static final int MAX_SLOTS = 1 << 26;

    /**
     * So many entries may have one hash. A search compares the keys of all of them, so without a limit whoever chooses
     * keys of one hash makes every call as slow as there are entries.
     */
    static final int MAX_SAME_HASH = 4096;

    private static final int[] NO_HASHES = {};

    private final Ledger ledger;
    /** How many entries this shard will hold when the store is full; a guess that growth aims at. */
    private final int expectedSlots;

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
        super(policy, new ShardLock(beforeWaiting));
        this.expectedSlots = expectedSlots;
        this.ledger = ledger;
    }

    /** Entries now stored. */
    int count() {
        int acquired = sequence; // orders the load of the count, also where a caller calls again and again
        return acquired == 0 ? 0 : count;
    }

    /** About what the entries cost together; exact under the lock. */
    long cost() {
        return cost;
    }

    @Override
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

    /**
     * The slot of a key, or -1: then {@link #crowdedSlot} knows more. Calls the key's {@code equals}, and nothing has
     * changed when that throws.
     */
    int slotOf(K key, int hash) {
        int[] index = this.index;
        int length = index.length;
        int sameHash = 0;
        crowdedSlot = -1;
        int tag = SlotIndex.tag(hash, length);
        for (int at = SlotIndex.home(hash, length); index[at] != 0; at = SlotIndex.next(at, length)) {
            if (SlotIndex.tagOf(index[at], length) == tag) {
                int slot = SlotIndex.slotOf(index[at], length);
                if (hashes[slot] == hash) {
                    if (Slots.isOf(nodeAt(slot), key)) {
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
        int[] index = this.index;
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

    /** Makes room for more  Where memory is short it throws, and nothing has changed. */
    void grow() {
        @Nullable Node<K, V>[] nodes = this.nodes;
        int before = nodes.length;
        int after = grown(before);
        @Nullable Node<K, V>[] grownNodes = Arrays.copyOf(nodes, after);
        int[] grownHashes = Arrays.copyOf(hashes, after);
        int[] grownIndex = new int[SlotIndex.lengthFor(after)];
        for (int slot = 0; slot < before; slot++) {
            if (nodes[slot] != null) {
                SlotIndex.insert(grownIndex, hashes[slot], slot);
            }
        }
        for (int slot = before; slot < after; slot++) {
            grownHashes[slot] = slot + 1 == after ? firstFree : slot + 2;
        }
        if (wheel.isInUse()) {
            wheel.grow(after);
        }
        growPolicy(after);
        torn = true;
        hashes = grownHashes;
        firstFree = before + 1;
        beginMove();
        this.nodes = grownNodes;
        index = grownIndex;
        endMove();
        torn = false;
    }

    /** A policy stands as it was where memory is short, but not where the stack is. */
    private void growPolicy(int slotCount) {
        try {
            policy.grow(slotCount);
        } catch (StackOverflowError e) {
            torn = true;
            throw e;
        }
    }

    /** By half; but no further than the guess, and past that by eighths. */
    private int grown(int slotCount) {
        int larger = slotCount < expectedSlots
                ? Math.min(Math.max(FIRST_SLOTS, slotCount + (slotCount >> 1)), expectedSlots)
                : slotCount + (slotCount >> 3) + 1;
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

    /**
     * Stores a node in place of another of the same key. Where that fails, the other one counts among those that left; where
     * it does not, the caller sees to it: most changes replace one entry, and a reference less to store is a barrier of the
     * collector less. Where others have left already, {@link #turnover} has noted this one as the next.
     */
    void replace(int slot, Node<K, V> node, long moreCost, long deadline) {
        expect(deadline);
        Node<K, V> old = nodeAt(slot);
        torn = true;
        VarHandle.releaseFence();
        nodes[slot] = node;
        cost += moreCost;
        try {
            policy.onUpdate(slot, hashes[slot], node.keepUntilNanos());
            schedule(slot, deadline);
        } catch (RuntimeException | Error e) { // calls nothing: the stack may be at its end
            if (turnover.count == 0) {
                turnover.firstNode = old;
                turnover.firstCause = RemovalCause.REPLACED;
                turnover.more = null;
            }
            turnover.count++;
            throw e;
        }
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
        @Nullable Node<K, V>[] none = SlotArrays.newNodes(0);
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

    /** Checks the invariant of the class; for tests, in linear time. */
    void checkInvariants(Bound.Unit unit) {
        int[] index = this.index;
        @Nullable Node<K, V>[] nodes = this.nodes;
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
