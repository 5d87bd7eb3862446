package dev.larder.store;

import dev.larder.event.RemovalCause;
import dev.larder.expiry.TimingWheel;
import dev.larder.policy.Policy;
import dev.larder.time.Ticker;
import java.util.Iterator;
import java.util.List;
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
 * <p><b>Hostile keys.</b> A search compares the keys of all entries of one hash. So that whoever chooses the keys cannot
 * make each call as slow as there are entries, at most {@link Shard#MAX_SAME_HASH} entries of one hash are kept; a further
 * one takes the place of another. Policies that refuse to evict are exempt.
 *
 * <p><b>Expiry.</b> Each shard has a timing wheel, which {@link #expire} moves on, a bounded number of entries each time.
 * Each call begins with another shard, so that none waits for ever.
 *
 * <p>Thread-safe; see {@link Shard} for what a reader without a lock may see. At most two locks are held, the second one
 * only tried for, so there is no deadlock; user code that calls the store back gets an exception where it would wait. Under a bound in entries every entry weighs 1, whatever its node says. An
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
    /** How many entries leave in one go when the bound is lowered; then others get the lock. */
    private static final int SHRINK_BATCH = 256;
    /** How often all lenders are tried before a newcomer is given up. */
    private static final int BORROWING_ROUNDS = 64;

    private final Bound.Unit unit;
    private final long idleNanos;
    private final Removals<K, V> removals;
    private final boolean mayRefuse;
    private final Ledger ledger;
    private final Shard<K, V>[] shards;
    private final int shardMask;
    private final StoreViews<K, V> views;

    private final AtomicInteger lenderHand = new AtomicInteger();
    private final AtomicInteger sweepHand = new AtomicInteger();

    public HeapStore(StoreOptions options, Removals<K, V> removals) {
        Bound bound = options.bound();
        this.unit = bound.unit();
        this.idleNanos = options.idleNanos();
        this.removals = removals;
        this.mayRefuse = options.policy().mayRefuse();
        this.ledger = new Ledger(bound.max());
        int count = shardCount(bound, options.maxShards(), Runtime.getRuntime().availableProcessors());
        this.shardMask = count - 1;
        this.shards = newShards(options.policy().create(count, options.ticker()), expectedSlots(bound, count));
        this.views = new StoreViews<>(shards);
    }

    @SuppressWarnings("unchecked") // filled here, and only with shards of these types
    private Shard<K, V>[] newShards(List<Policy> policies, int expectedSlots) {
        Shard<K, V>[] made = (Shard<K, V>[]) new Shard<?, ?>[policies.size()];
        Runnable beforeWaiting = this::checkCallerHasNone;
        for (int i = 0; i < made.length; i++) {
            made[i] = new Shard<>(policies.get(i), expectedSlots, ledger, beforeWaiting);
        }
        return made;
    }

    /** A thread that has one shard and waits for another may be waited for there. */
    private void checkCallerHasNone() {
        for (Shard<K, V> shard : shards) {
            shard.lock.checkNotTakenByCaller();
        }
    }

    /** A power of two: as many as threads may use at once, if that leaves each enough entries to decide well. */
    static int shardCount(Bound bound, int maxShards, int processors) {
        long entries = likelyEntries(bound);
        long forThreads = processors * 8L;
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
        long spread = shards == 1 ? 0 : (long) Math.ceil(3 * Math.sqrt((double) share)); // hashes spread as dice do
        return (int) Math.min(Integer.MAX_VALUE, share + spread);
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

    @SuppressWarnings("ReferenceEquality") // a node is itself, whatever it holds
    @Override
    public @Nullable Node<K, V> update(K key, Change<K, V> change, RemovalCause cause) {
        int hash = Node.spread(key.hashCode());
        Shard<K, V> shard = shardOf(hash);
        Node<K, V> replaced = null;
        long self = shard.enter();
        try {
            Turnover<K, V> turnover = shard.turnover();
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
            checkKey(key, next);
            if (current == null) {
                return insert(shard, next, hash);
            }
            Node<K, V> stored = replace(shard, slot, next);
            replaced = turnover.count == 0 ? current : null;
            return stored;
        } finally {
            try {
                leave(shard);
                if (replaced != null) {
                    removals.removed(replaced, RemovalCause.REPLACED);
                }
            } finally {
                if (shard.lock.owner == self) {
                    shard.lock.owner = ShardLock.NOBODY;
                }
            }
        }
    }

    @SuppressWarnings("ReferenceEquality") // a shortcut: nearly always the node has the very key
    private static <K> void checkKey(K key, Node<K, ?> next) {
        if (next.key() != key && !next.key().equals(key)) {
            throw new IllegalArgumentException("a change must keep the entry's key but gave a node of another");
        }
    }

    @Override
    public boolean remove(Node<K, V> node, RemovalCause cause) {
        int hash = node.hash();
        Shard<K, V> shard = shardOf(hash);
        long self = shard.enter();
        try {
            int slot = shard.slotOf(node, hash);
            if (slot >= 0) {
                drop(shard, slot, cause, shard.turnover());
            }
            return slot >= 0;
        } finally {
            try {
                leave(shard);
            } finally {
                if (shard.lock.owner == self) {
                    shard.lock.owner = ShardLock.NOBODY;
                }
            }
        }
    }

    /**
     * Ends a change, also one that failed: nothing it held is lost. Where the stack ends before the lock is released, the
     * caller releases it, and the next change of the shard ends this one too.
     */
    private void leave(Shard<K, V> shard) {
        if (!shard.isTorn()) {
            shard.giveBackRoom();
        }
        Turnover<K, V> turnover = shard.turnover();
        int count = turnover.count;
        Node<K, V> first = turnover.firstNode;
        RemovalCause firstCause = turnover.firstCause;
        List<Turnover.Departure<K, V>> more = turnover.more;
        turnover.count = 0;
        turnover.firstNode = null;
        turnover.more = null;
        shard.lock.owner = ShardLock.NOBODY;
        shard.lock.wake();
        if (count > 0 && first != null) {
            report(first, firstCause, count == 1 || more == null ? null : more.subList(0, count - 1));
        }
    }

    /** Reports all that left, even where the receiver throws; then throws what it threw first. */
    private void report(Node<K, V> first, RemovalCause cause, @Nullable List<Turnover.Departure<K, V>> more) {
        if (more == null) {
            removals.removed(first, cause);
            return;
        }
        Throwable failure = tryReport(first, cause);
        for (Turnover.Departure<K, V> departure : more) {
            Throwable next = tryReport(departure.node(), departure.cause());
            if (failure == null) {
                failure = next;
            } else if (next != null) {
                failure.addSuppressed(next);
            }
        }
        if (failure instanceof Error error) {
            throw error;
        }
        if (failure instanceof RuntimeException exception) {
            throw exception;
        }
    }

    private @Nullable Throwable tryReport(Node<K, V> node, RemovalCause cause) {
        try {
            removals.removed(node, cause);
            return null;
        } catch (RuntimeException | Error thrown) {
            return thrown;
        }
    }

    private @Nullable Node<K, V> insert(Shard<K, V> shard, Node<K, V> node, int hash) {
        Turnover<K, V> turnover = shard.turnover();
        long cost = cost(node);
        int crowded = shard.crowdedSlot();
        if (crowded >= 0 && !mayRefuse) {
            Node<K, V> leaving = shard.nodeAt(crowded);
            removals.leaving(leaving, RemovalCause.EVICTED);
            turnover.note(leaving, RemovalCause.EVICTED);
            detach(shard, crowded, false, turnover); // not the policy's choice
        }
        if (!findRoom(shard, cost, null) || !findSlot(shard, turnover)) {
            turnAway(shard, node);
            return null;
        }
        shard.insert(node, hash, cost, deadline(node));
        return node;
    }

    private @Nullable Node<K, V> replace(Shard<K, V> shard, int slot, Node<K, V> node) {
        Turnover<K, V> turnover = shard.turnover();
        Node<K, V> old = shard.nodeAt(slot);
        long more = cost(node) - cost(old);
        boolean fits = cost(node) <= ledger.max() && (more <= 0 || findRoom(shard, more, old));
        if (!fits) {
            turnAway(shard, node);
            turnover.note(old, RemovalCause.REPLACED);
            detach(shard, slot, false, turnover);
            return null;
        }
        boolean isFirst = turnover.isEmpty();
        if (!isFirst) {
            turnover.note(old, RemovalCause.REPLACED);
        }
        shard.replace(slot, node, more, deadline(node));
        if (!isFirst) {
            turnover.count++;
        }
        return node;
    }

    /** When an entry is of no use any more, as far as is known now: a read puts the end of its idle time off. */
    private long deadline(Node<K, V> node) {
        long idleAt = idleNanos == Ticker.NEVER ? Ticker.NEVER : Ticker.after(node.readNanos(), idleNanos);
        return Math.min(node.keepUntilNanos(), idleAt);
    }

    /** Throws where the policy lets no entry leave; else a newcomer for which there is no room is evicted at once. */
    private void turnAway(Shard<K, V> shard, Node<K, V> node) {
        boolean mayFit = cost(node) <= ledger.max();
        if (mayRefuse && mayFit && (shard.isEmpty() || shard.victim() == Policy.NONE)) {
            throw removals.refused(new Bound(unit, ledger.max()));
        }
        removals.leaving(node, RemovalCause.EVICTED);
        Turnover<K, V> turnover = shard.turnover();
        turnover.note(node, RemovalCause.EVICTED);
        turnover.count++;
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
        Node<K, V> node = shard.nodeAt(slot);
        removals.leaving(node, cause);
        turnover.note(node, cause);
        detach(shard, slot, cause == RemovalCause.EVICTED, turnover);
    }

    private void detach(Shard<K, V> shard, int slot, boolean evicted, Turnover<K, V> turnover) {
        shard.remove(slot, cost(shard.nodeAt(slot)), evicted, turnover);
    }

    private long cost(Node<K, V> node) {
        return unit == Bound.Unit.ENTRIES ? 1 : node.weight();
    }

    // Room.

    /**
     * Brings the shard's room to {@code cost}, by evicting where there is no other way.
     *
     * @param spared an entry that does not leave for this
     * @return false if there is no such room, or not while other threads hold what could be evicted
     */
    @SuppressWarnings({
        "ThreadPriorityCheck", // the yield only helps a preempted holder of a lock; nothing relies on it
        "ReferenceEquality" // a node is itself, whatever it holds
    })
    private boolean findRoom(Shard<K, V> shard, long cost, @Nullable Node<K, V> spared) {
        if (cost > ledger.max()) {
            return false;
        }
        if (shard.room() < cost) {
            shard.held += ledger.take(cost - shard.room());
        }
        long share = ledger.max() / shards.length;
        if (shard.room() < cost && shards.length > 1 && shard.cost() < share - share / 8) {
            borrow(shard, cost, share); // this one has well less than its share, so others have more
        }
        while (shard.room() < cost && !shard.isEmpty()) {
            int victim = shard.victim();
            if (victim == Policy.NONE || shard.nodeAt(victim) == spared) {
                break;
            }
            drop(shard, victim, RemovalCause.EVICTED, shard.turnover());
        }
        for (int round = 0; shard.room() < cost && round < BORROWING_ROUNDS; round++) {
            if (borrow(shard, cost, 0)) {
                break;
            }
            Thread.yield();
        }
        return shard.room() >= cost;
    }

    /**
     * Evicts from other shards, as long as each costs more than {@code leave}.
     *
     * @return whether every other shard was looked at; if not, some were locked
     */
    private boolean borrow(Shard<K, V> borrower, long cost, long leave) {
        boolean complete = true;
        int start = lenderHand.getAndIncrement();
        for (int i = 0; i < shards.length && borrower.room() < cost; i++) {
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
                while (gives && borrower.room() < cost && lender.cost() > leave) {
                    gives = evict(lender, borrower.turnover());
                    long freed = lender.room();
                    lender.held -= freed;
                    borrower.held += freed;
                }
            } finally {
                lender.lock.owner = ShardLock.NOBODY;
                lender.lock.wake();
            }
        }
        return complete;
    }

    // All entries.

    @Override
    public int expire(long now, int maxEntries) {
        int blocks = Math.max(1, maxEntries / TimingWheel.BLOCK);
        int removed = 0;
        int start = sweepHand.getAndIncrement();
        for (int i = 0; i < shards.length && blocks > 0; i++) {
            Shard<K, V> shard = shards[(start + i) & shardMask];
            if (!shard.hasDeadlines()) {
                continue;
            }
            long before;
            long self = shard.enter();
            try {
                before = shard.count();
                blocks -= shard.advance(now, blocks, (first, end) -> sweep(shard, first, end, now));
                removed += (int) (before - shard.count());
            } finally {
                try {
                    leave(shard);
                } finally {
                    if (shard.lock.owner == self) {
                        shard.lock.owner = ShardLock.NOBODY;
                    }
                }
            }
        }
        return removed;
    }

    /** Drops what is of no use among these slots; returns the earliest deadline of the rest. */
    private long sweep(Shard<K, V> shard, int firstSlot, int endSlot, long now) {
        long earliest = Ticker.NEVER;
        for (int slot = firstSlot; slot < endSlot; slot++) {
            Node<K, V> node = shard.peekAt(slot);
            if (node != null) {
                long deadline = deadline(node);
                if (deadline <= now) {
                    drop(shard, slot, RemovalCause.EXPIRED, shard.turnover());
                } else {
                    earliest = Math.min(earliest, deadline);
                }
            }
        }
        return earliest;
    }

    @Override
    public void resize(long max) {
        ledger.max(Math.max(1, max));
        long share = ledger.max() / shards.length;
        shrink(share);
        shrink(0);
    }

    /** Evicts what is over the bound, from shards that cost more than {@code leave}. */
    private void shrink(long leave) {
        for (Shard<K, V> shard : shards) {
            boolean gives = true;
            while (gives && ledger.used() > ledger.max() && shard.cost() > leave) {
                long self = shard.enter();
                try {
                    gives = shrink(shard, ledger.used() - ledger.max(), leave);
                } finally {
                    try {
                        leave(shard);
                    } finally {
                        if (shard.lock.owner == self) {
                            shard.lock.owner = ShardLock.NOBODY;
                        }
                    }
                }
            }
        }
    }

    private boolean shrink(Shard<K, V> shard, long over, long leave) {
        boolean gives = !shard.isEmpty();
        for (int evicted = 0; gives && evicted < SHRINK_BATCH && shard.room() < over; evicted++) {
            gives = shard.cost() > leave && !shard.isEmpty() && evict(shard, shard.turnover());
        }
        return gives;
    }

    @Override
    public List<Node<K, V>> coldest(int limit) {
        return views.ranked(limit, false);
    }

    @Override
    public List<Node<K, V>> hottest(int limit) {
        return views.ranked(limit, true);
    }

    @Override
    public void clear(RemovalCause cause) {
        for (Shard<K, V> shard : shards) {
            long self = shard.enter();
            try {
                shard.clear(cause);
            } finally {
                try {
                    leave(shard);
                } finally {
                    if (shard.lock.owner == self) {
                        shard.lock.owner = ShardLock.NOBODY;
                    }
                }
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
        return views.iterator();
    }

    /** Checks what must hold while no change is under way; for tests, in linear time. */
    void checkInvariants() {
        long cost = 0;
        for (int i = 0; i < shards.length; i++) {
            Shard<K, V> shard = shards[i];
            shard.enter();
            leave(shard); // reports what a call that ran out of stack could not
            shard.enter();
            try {
                shard.checkInvariants(unit);
                for (Node<K, V> node : shard.snapshot()) {
                    if (node != null && (node.hash() & shardMask) != i) {
                        throw new IllegalStateException("a node is in a shard that its hash does not name");
                    }
                }
                cost += shard.cost();
            } finally {
                shard.lock.owner = ShardLock.NOBODY;
                shard.lock.wake();
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
}
