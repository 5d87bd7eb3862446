package dev.larder.store;

import dev.larder.event.RemovalCause;
import dev.larder.failure.CacheFullException;
import dev.larder.policy.Policy;
import dev.larder.time.Ticker;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A store on the heap: shards of slots, found without a lock, changed under the shard's.
 *
 * <p>A key's hash names its {@link Shard}, by its low bits, and its place there, by its high ones. A change locks the one
 * shard, does its work, evicts what must leave to make room, and reports departures after the lock's release. There is
 * no other thread and no queue: the bound is strict.
 *
 * <p><b>Room.</b> The bound is one account for all shards, the {@link Ledger}; a shard evicts only when nothing is left in
 * it, so an uneven spread of hashes evicts no entry early. Who gives room then? The shard of the newcomer, for it has the
 * lock already. Only where it has much less than its share (or nothing) it borrows: it takes a victim of a shard that has
 * more than its share, if it gets that one's lock without waiting. What a victim frees belongs to the change that evicted
 * it, so no other can snatch it, and a change ends after at most as many evictions as there are entries. Should all lenders
 * be locked for long, the newcomer is the one to leave; a cache may drop any entry.
 *
 * <p><b>Small and great.</b> Shards begin without arrays and grow with what they hold, up to the bound. A small store is
 * one shard, so that the policy sees all of it; a great one has more, for threads to work beside each other and so that
 * arrays stay small for the collector.
 *
 * <p><b>Expiry.</b> {@link #expire} moves a hand over the slots, a bounded number each time; a full round finds every
 * entry that is of no use. The hand of each shard is its own, so concurrent sweeps are safe and do not repeat work.
 *
 * <p>Thread-safe; see {@link Shard} for what a reader without a lock may see. At most two locks are held, the second one
 * only tried for, so there is no deadlock. Under a bound in entries every entry weighs 1, whatever its node says. An
 * entry of weight 0 takes nothing from the bound and may be evicted like any other.
 */
public final class HeapStore<K, V> implements Store<K, V> {
    /** Fewer entries in a shard and its policy sees too little. */
    private static final int LEAST_SHARD_ENTRIES = 1024;
    /** With more entries in a shard its index is slower and its arrays are a burden for the collector. */
    private static final int MOST_SHARD_ENTRIES = 8192;
    /** What one entry takes at least of a bound in bytes, and probably of one in weight: guesses that size the shards. */
    private static final int LIKELY_BYTES = 512;

    private static final int LIKELY_WEIGHT = 64;
    /** How often all lenders are tried before a newcomer is given up. */
    private static final int BORROWING_ROUNDS = 64;

    private final Bound bound;
    private final long idleNanos;
    private final Removals<K, V> removals;
    private final boolean mayRefuse;
    private final Ledger ledger;
    private final Shard<K, V>[] shards;
    private final int shardMask;
    /** A shard's share; one that costs more lends. */
    private final long richCost;
    /** A shard that costs less than this, well below its share, borrows. */
    private final long poorCost;

    private final AtomicInteger lenderHand = new AtomicInteger();
    private final AtomicInteger sweepHand = new AtomicInteger();

    public HeapStore(StoreOptions options, Removals<K, V> removals) {
        this.bound = options.bound();
        this.idleNanos = options.idleNanos();
        this.removals = removals;
        this.mayRefuse = options.policy().mayRefuse();
        this.ledger = new Ledger(bound.max());
        int count = shardCount(bound, options.maxShards(), Runtime.getRuntime().availableProcessors());
        this.shardMask = count - 1;
        this.richCost = bound.max() / count;
        this.poorCost = count == 1 ? 0 : richCost - richCost / 8;
        this.shards = newShards(options.policy().create(count, options.ticker()), expectedSlots(bound, count));
    }

    @SuppressWarnings("unchecked") // filled here, and only with shards of these types
    private static <K, V> Shard<K, V>[] newShards(List<Policy> policies, int expectedSlots) {
        Shard<K, V>[] made = (Shard<K, V>[]) new Shard<?, ?>[policies.size()];
        for (int i = 0; i < made.length; i++) {
            made[i] = new Shard<>(policies.get(i), expectedSlots);
        }
        return made;
    }

    /** A power of two: as many as threads may use at once, if that leaves each enough entries to decide well. */
    static int shardCount(Bound bound, int maxShards, int processors) {
        long entries = likelyEntries(bound);
        long forThreads = processors * 4L;
        long forSize = bound.unit() == Bound.Unit.WEIGHT ? 1 : entries / MOST_SHARD_ENTRIES;
        long wanted = Math.min(Math.max(forThreads, forSize), Math.max(1, entries / LEAST_SHARD_ENTRIES));
        long most = Math.min(Math.min(maxShards, StoreOptions.MAX_SHARDS), wanted);
        return Integer.highestOneBit((int) most);
    }

    private static long likelyEntries(Bound bound) {
        return switch (bound.unit()) {
            case ENTRIES -> bound.max();
            case BYTES -> bound.max() / LIKELY_BYTES;
            case WEIGHT -> bound.max() / LIKELY_WEIGHT;
        };
    }

    /** How many slots a shard will use in a full store; a little more than its share where there are others. */
    private static int expectedSlots(Bound bound, int shards) {
        if (bound.unit() != Bound.Unit.ENTRIES) {
            return Integer.MAX_VALUE;
        }
        long share = bound.max() / shards;
        return (int) Math.min(Integer.MAX_VALUE, shards == 1 ? share : share + share / 16 + 1);
    }

    // The read path.

    @Override
    public @Nullable Node<K, V> find(K key) {
        int hash = Node.spread(key.hashCode());
        return shardOf(hash).find(key, hash, true);
    }

    @Override
    public @Nullable Node<K, V> peek(K key) {
        int hash = Node.spread(key.hashCode());
        return shardOf(hash).find(key, hash, false);
    }

    private Shard<K, V> shardOf(int hash) {
        return shards[hash & shardMask];
    }

    // Changes.

    @Override
    public @Nullable Node<K, V> update(K key, Change<K, V> change, RemovalCause cause) {
        int hash = Node.spread(key.hashCode());
        Shard<K, V> shard = shardOf(hash);
        Turnover<K, V> turnover = new Turnover<>();
        shard.enter();
        try {
            int slot = shard.slotOf(key, hash);
            Node<K, V> current = slot < 0 ? null : shard.nodeAt(slot);
            Node<K, V> next = change.apply(current);
            if (next == current) {
                return current;
            }
            if (next == null) {
                drop(shard, slot, cause, turnover);
                return null;
            }
            if (next.hash() != hash) {
                throw new IllegalArgumentException("a change must keep the entry's key but gave a node of another");
            }
            return current == null ? insert(shard, next, turnover) : replace(shard, slot, next, turnover);
        } finally {
            leave(shard, turnover);
        }
    }

    @Override
    public boolean remove(Node<K, V> node, RemovalCause cause) {
        Shard<K, V> shard = shardOf(node.hash());
        Turnover<K, V> turnover = new Turnover<>();
        shard.enter();
        try {
            int slot = shard.slotOf(node);
            if (slot >= 0) {
                drop(shard, slot, cause, turnover);
            }
            return slot >= 0;
        } finally {
            leave(shard, turnover);
        }
    }

    /** Ends a change, also one that failed: nothing it held is lost. */
    private void leave(Shard<K, V> shard, Turnover<K, V> turnover) {
        ledger.give(turnover.room());
        shard.exit();
        turnover.report(removals);
    }

    private @Nullable Node<K, V> insert(Shard<K, V> shard, Node<K, V> node, Turnover<K, V> turnover) {
        long cost = cost(node);
        if (!findRoom(shard, cost, turnover, null) || !findSlot(shard, turnover)) {
            refuse(cost);
            turnover.left(node, RemovalCause.EVICTED);
            return null;
        }
        shard.insert(node, cost);
        turnover.spend(cost);
        return node;
    }

    private @Nullable Node<K, V> replace(Shard<K, V> shard, int slot, Node<K, V> node, Turnover<K, V> turnover) {
        Node<K, V> old = shard.nodeAt(slot);
        long more = cost(node) - cost(old);
        boolean fits = cost(node) <= ledger.max() && findRoom(shard, more, turnover, old);
        if (!fits) {
            refuse(cost(node));
        }
        turnover.left(old, RemovalCause.REPLACED);
        if (!fits) {
            turnover.left(node, RemovalCause.EVICTED);
            detach(shard, slot, false, turnover);
            return null;
        }
        shard.replace(slot, node, more);
        turnover.spend(more);
        return node;
    }

    /** Throws where the policy lets no entry leave; else a newcomer for which there is no room is evicted at once. */
    private void refuse(long cost) {
        if (mayRefuse && cost <= ledger.max()) {
            throw new CacheFullException("the cache is full and its eviction policy lets no entry leave");
        }
    }

    private boolean findSlot(Shard<K, V> shard, Turnover<K, V> turnover) {
        if (shard.hasFreeSlot()) {
            return true;
        }
        if (shard.canGrow()) {
            shard.grow();
            return true;
        }
        return evict(shard, turnover);
    }

    /** Evicts the entry that the policy names; false where it names none. */
    private boolean evict(Shard<K, V> shard, Turnover<K, V> turnover) {
        int victim = shard.victim();
        if (victim != Policy.NONE) {
            drop(shard, victim, RemovalCause.EVICTED, turnover);
        }
        return victim != Policy.NONE;
    }

    private void drop(Shard<K, V> shard, int slot, RemovalCause cause, Turnover<K, V> turnover) {
        turnover.left(shard.nodeAt(slot), cause);
        detach(shard, slot, cause == RemovalCause.EVICTED, turnover);
    }

    private void detach(Shard<K, V> shard, int slot, boolean evicted, Turnover<K, V> turnover) {
        long cost = cost(shard.nodeAt(slot));
        shard.remove(slot, cost, evicted);
        turnover.gain(cost);
    }

    private long cost(Node<K, V> node) {
        return bound.unit() == Bound.Unit.ENTRIES ? 1 : node.weight();
    }

    // Room.

    /**
     * Brings the turnover's room to {@code cost}, by evicting where there is no other way.
     *
     * @param spared an entry that does not leave for this
     * @return false if there is no such room, or not while other threads hold what could be evicted
     */
    @SuppressWarnings("ThreadPriorityCheck") // the yield only helps a preempted holder of a lock; nothing relies on it
    private boolean findRoom(Shard<K, V> shard, long cost, Turnover<K, V> turnover, @Nullable Node<K, V> spared) {
        if (cost > ledger.max()) {
            return false;
        }
        if (turnover.room() < cost) {
            turnover.gain(ledger.take(cost - turnover.room()));
        }
        if (turnover.room() < cost && shard.cost() < poorCost) {
            borrow(shard, cost, turnover, richCost);
        }
        while (turnover.room() < cost && !shard.isEmpty()) {
            int victim = shard.victim();
            if (victim == Policy.NONE || shard.nodeAt(victim) == spared) {
                break;
            }
            drop(shard, victim, RemovalCause.EVICTED, turnover);
        }
        for (int round = 0; turnover.room() < cost && round < BORROWING_ROUNDS; round++) {
            if (borrow(shard, cost, turnover, 0)) {
                break;
            }
            Thread.yield();
        }
        return turnover.room() >= cost;
    }

    /**
     * Evicts from other shards, as long as each costs more than {@code leave}.
     *
     * @return whether every other shard was looked at; if not, some were locked
     */
    private boolean borrow(Shard<K, V> borrower, long cost, Turnover<K, V> turnover, long leave) {
        boolean complete = true;
        int start = lenderHand.getAndIncrement();
        for (int i = 0; i < shards.length && turnover.room() < cost; i++) {
            Shard<K, V> lender = shards[(start + i) & shardMask];
            if (lender == borrower || lender.cost() <= leave) {
                continue;
            }
            if (!lender.tryEnter()) {
                complete = false;
                continue;
            }
            try {
                boolean gives = true;
                while (gives && turnover.room() < cost && lender.cost() > leave) {
                    gives = evict(lender, turnover);
                }
            } finally {
                lender.exit();
            }
        }
        return complete;
    }

    // All entries.

    @Override
    public int expire(long now, int maxEntries) {
        int looked = 0;
        int removed = 0;
        for (int visits = 0; visits <= shards.length && looked < maxEntries; visits++) {
            int at = sweepHand.get();
            Shard<K, V> shard = shards[at & shardMask];
            Turnover<K, V> turnover = new Turnover<>();
            shard.enter();
            try {
                while (looked < maxEntries) {
                    int slot = shard.sweep();
                    if (slot < 0) {
                        sweepHand.compareAndSet(at, at + 1);
                        break;
                    }
                    looked++;
                    if (isUseless(shard.nodeAt(slot), now)) {
                        drop(shard, slot, RemovalCause.EXPIRED, turnover);
                        removed++;
                    }
                }
            } finally {
                leave(shard, turnover);
            }
        }
        return removed;
    }

    private boolean isUseless(Node<K, V> node, long now) {
        return now >= node.keepUntilNanos() || (idleNanos != Ticker.NEVER && now - node.readNanos() >= idleNanos);
    }

    @Override
    public void clear(RemovalCause cause) {
        for (Shard<K, V> shard : shards) {
            Turnover<K, V> turnover = new Turnover<>();
            shard.enter();
            try {
                turnover.gain(shard.cost());
                for (Node<K, V> node : shard.clear()) {
                    if (node != null) {
                        turnover.left(node, cause);
                    }
                }
            } finally {
                leave(shard, turnover);
            }
        }
    }

    @Override
    public long size() {
        long size = 0;
        for (Shard<K, V> shard : shards) {
            size += shard.count();
        }
        return size;
    }

    /** The sum of the entries' weights, with what changes under way hold; never more than the bound. */
    @Override
    public long weight() {
        return ledger.used();
    }

    /** Copies one shard at a time, under its lock, so that a key which moves to another slot is not met twice. */
    @Override
    public Iterator<Node<K, V>> iterator() {
        return new ShardIterator();
    }

    /** Checks what must hold while no change is under way; for tests, in linear time. */
    void checkInvariants() {
        long cost = 0;
        for (int i = 0; i < shards.length; i++) {
            Shard<K, V> shard = shards[i];
            shard.enter();
            try {
                shard.checkInvariants(bound.unit());
                for (Node<K, V> node : shard.snapshot()) {
                    if (node != null && (node.hash() & shardMask) != i) {
                        throw new IllegalStateException("a node is in a shard that its hash does not name");
                    }
                }
                cost += shard.cost();
            } finally {
                shard.exit();
            }
        }
        if (cost != ledger.used() || cost > ledger.max()) {
            throw new IllegalStateException(
                    "the entries cost " + cost + ", the ledger says " + ledger.used() + " of " + ledger.max());
        }
    }

    int shardCount() {
        return shards.length;
    }

    private final class ShardIterator implements Iterator<Node<K, V>> {
        private int nextShard;
        private int nextSlot;
        private @Nullable Node<K, V>[] nodes;
        private @Nullable Node<K, V> next;

        ShardIterator() {
            nodes = copyNextShard();
            advance();
        }

        private void advance() {
            next = null;
            while (next == null) {
                if (nextSlot < nodes.length) {
                    next = nodes[nextSlot++];
                } else if (nextShard < shards.length) {
                    nodes = copyNextShard();
                } else {
                    return;
                }
            }
        }

        private @Nullable Node<K, V>[] copyNextShard() {
            Shard<K, V> shard = shards[nextShard++];
            nextSlot = 0;
            shard.enter();
            try {
                return shard.snapshot();
            } finally {
                shard.exit();
            }
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public Node<K, V> next() {
            Node<K, V> result = next;
            if (result == null) {
                throw new NoSuchElementException("the iteration is over");
            }
            advance();
            return result;
        }
    }
}
