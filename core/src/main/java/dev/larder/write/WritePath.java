package dev.larder.write;

import dev.larder.event.RemovalCause;
import dev.larder.failure.CacheFullException;
import dev.larder.failure.KeyText;
import dev.larder.failure.WriteException;
import dev.larder.load.CacheContext;
import dev.larder.stats.Count;
import dev.larder.store.Node;
import dev.larder.tag.Begin;
import dev.larder.tier.FarEntries;
import dev.larder.tier.Lease;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The way of a change: the origin first (promise G3), then the far tier, the near tier and the bus.
 *
 * <p>Between beginning and end of a write the key has no value in any tier, and a load that began before cannot store
 * one. Of writes that overlap the value is kept only if it is certain that it is the origin's last: else the key is
 * left without a value. Thread-safe.
 */
public final class WritePath<K, V> {
    private final CacheContext<K, V> context;
    private final LocalWrites<K> writes;
    private final Invalidation<K, V> invalidation;
    private final @Nullable Writer<? super K, ? super V> writer;
    private final @Nullable Transactions transactions;

    public WritePath(
            CacheContext<K, V> context,
            Invalidation<K, V> invalidation,
            LocalWrites<K> writes,
            @Nullable Writer<? super K, ? super V> writer,
            @Nullable Transactions transactions) {
        this.context = context;
        this.invalidation = invalidation;
        this.writes = writes;
        this.writer = writer;
        this.transactions = transactions;
    }

    /**
     * Writes {@code value} to the origin if there is a writer, then stores it.
     *
     * @throws CacheFullException if there is neither writer nor far tier, and no room
     */
    public void put(K key, V value) {
        if (isInTransaction()) {
            context.counters().add(Count.PUTS);
            putInTransaction(key, value);
        } else if (writer == null && context.far() == null) {
            Node<K, V> node = context.node(key, value);
            context.near().change(key, current -> node, RemovalCause.REPLACED);
            context.counters().add(Count.PUTS);
            context.failures().onSuccess(key);
        } else {
            context.counters().add(Count.PUTS);
            putThrough(key, value);
        }
    }

    private boolean isInTransaction() {
        return transactions != null && transactions.isActive();
    }

    private void putInTransaction(K key, V value) {
        write(key, value);
        if (transactions != null) {
            transactions.afterCommit(() -> invalidation.remove(List.of(key)));
        }
    }

    private void putThrough(K key, V value) {
        FarEntries<K, V> far = context.far();
        Begin begin = context.begin();
        LocalWrites.Mark mark = writes.begin(key);
        try {
            invalidation.removeNearForWrite(key);
            Lease lease =
                    far == null ? null : far.beginWrite(key, context.loadTimes().lease());
            invalidation.removeNearForWrite(key);
            try {
                write(key, value);
            } catch (WriteException e) { // what the origin holds now is unknown
                invalidation.remove(List.of(key));
                throw e;
            }
            Node<K, V> node = context.node(key, value, begin);
            boolean keeps = far == null || isCommitted(far, lease, node);
            keep(node, mark, keeps);
            if (far != null) {
                invalidation.publish(far, List.of(key));
            }
        } finally {
            writes.end(key, mark);
        }
        context.failures().onSuccess(key);
    }

    /**
     * Ends the write in the far tier. One that began without it removes the key once more: since the journal told the tier of
     * its beginning, another process may have stored what it loaded before the origin took the value.
     */
    private boolean isCommitted(FarEntries<K, V> far, @Nullable Lease lease, Node<K, V> node) {
        if (lease != null) {
            return far.commitWrite(lease, node);
        }
        far.invalidate(List.of(node.key()));
        return false;
    }

    private void keep(Node<K, V> node, LocalWrites.Mark mark, boolean keeps) {
        try {
            keepOrRemove(node, mark, keeps);
        } catch (CacheFullException e) { // the put is done; a load of the older value may have come between
            invalidation.removeNearForWrite(node.key());
        }
    }

    private void keepOrRemove(Node<K, V> node, LocalWrites.Mark mark, boolean keeps) {
        context.near()
                .change(
                        node.key(),
                        current -> {
                            if (keeps && writes.isLatest(node.key(), mark)) {
                                return node;
                            }
                            writes.forget(node.key()); // one that overtook this may have committed before it
                            return null;
                        },
                        RemovalCause.REPLACED);
    }

    private void write(K key, V value) {
        if (writer == null) {
            return;
        }
        try {
            writer.write(key, value);
        } catch (Throwable e) { // user code may throw anything; it is handed on as a cause
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            context.counters().add(Count.WRITE_FAILURES);
            throw new WriteException(
                    "the write of key '" + KeyText.of(key) + "' failed: " + e + " (cache '" + context.name() + "')", e);
        }
    }

    /** Puts {@code value} if {@code condition} holds for the near tier's fresh entry; one step where nothing lies behind. */
    @SuppressWarnings("ReferenceEquality") // a node is itself, whatever it holds
    public boolean putIf(K key, V value, Condition<K, V> condition) {
        if (writer != null || context.far() != null || isInTransaction()) {
            if (!condition.holds(fresh(key))) {
                return false;
            }
            put(key, value);
            return true;
        }
        Node<K, V> node = context.node(key, value);
        Node<K, V> result = context.near()
                .change(key, current -> condition.holds(freshOf(current)) ? node : current, RemovalCause.REPLACED);
        boolean put = result == node;
        if (put) {
            context.counters().add(Count.PUTS);
        }
        return put;
    }

    /** Removes {@code key} if {@code condition} holds for the near tier's fresh entry; gives the value removed there. */
    public @Nullable V removeIf(K key, Condition<K, V> condition) {
        Removal<K, V> removal = new Removal<>();
        if (transactions != null && transactions.isActive()) {
            removal.decide(condition, fresh(key));
            if (removal.holds) {
                remove(List.of(key));
            }
            return removal.value();
        }
        context.near()
                .change(
                        key,
                        current -> {
                            removal.decide(condition, freshOf(current));
                            return removal.holds ? null : current;
                        },
                        RemovalCause.REMOVED);
        if (removal.holds) {
            context.counters().add(Count.REMOVALS);
            invalidation.removeFar(key);
        }
        return removal.value();
    }

    /**
     * Puts {@code value} if the near tier's fresh value equals {@code expected}; the values are compared without a lock
     * held, and again where the entry changed meanwhile.
     */
    public boolean putIfEqual(K key, V expected, V value) {
        Node<K, V> seen = freshIfEqual(key, expected);
        while (seen != null) {
            if (putIf(key, value, same(seen))) {
                return true;
            }
            seen = freshIfEqual(key, expected);
        }
        return false;
    }

    /** Removes {@code key} if the near tier's fresh value equals {@code expected}; compares as {@link #putIfEqual}. */
    public boolean removeIfEqual(K key, Object expected) {
        Node<K, V> seen = freshIfEqual(key, expected);
        while (seen != null) {
            if (removeIf(key, same(seen)) != null) {
                return true;
            }
            seen = freshIfEqual(key, expected);
        }
        return false;
    }

    private @Nullable Node<K, V> freshIfEqual(K key, Object expected) {
        Node<K, V> seen = fresh(key);
        return seen != null && expected.equals(seen.value()) ? seen : null;
    }

    @SuppressWarnings("ReferenceEquality") // a node is itself, whatever it holds
    private static <K, V> Condition<K, V> same(Node<K, V> seen) {
        return fresh -> fresh == seen;
    }

    private @Nullable Node<K, V> fresh(K key) {
        long proof = context.proofNanos();
        Node<K, V> node = context.near().current().store().peek(key);
        return context.isFresh(node, context.ticker().nanos(), proof) ? node : null;
    }

    /** {@code current} if it is fresh; under the lock of its shard, which a message that takes it away must wait for. */
    private @Nullable Node<K, V> freshOf(@Nullable Node<K, V> current) {
        return context.isFresh(current, context.ticker().nanos(), context.proofNanos()) ? current : null;
    }

    /** The values of {@code keys} are untrue: at once, or after the caller's transaction has committed. */
    public void remove(Collection<K> keys) {
        if (keys.isEmpty()) {
            return;
        }
        if (transactions != null && transactions.isActive()) {
            transactions.afterCommit(() -> invalidation.remove(keys));
        } else {
            invalidation.remove(keys);
        }
    }

    /** Begins a new time to live for the near tier's fresh entry; returns whether there was one. */
    public boolean touch(K key) {
        long now = context.ticker().nanos();
        double random = ThreadLocalRandom.current().nextDouble();
        boolean[] touched = {false};
        context.near()
                .adjust(
                        key,
                        current -> {
                            Node<K, V> fresh = freshOf(current);
                            touched[0] = fresh != null;
                            return fresh == null ? current : touched(fresh, now, random);
                        },
                        RemovalCause.REPLACED);
        return touched[0];
    }

    private Node<K, V> touched(Node<K, V> node, long now, double random) {
        long born = context.nodes().born(node);
        long freshUntil = context.rules().touchedUntil(born, node.freshUntilNanos(), now, random);
        Node<K, V> renewed = node.retimed(born, freshUntil, context.rules().keepUntil(freshUntil));
        renewed.markRead(now);
        return renewed;
    }

    /** A condition on the fresh entry of a key; null for none. Runs under the store's lock. */
    @FunctionalInterface
    public interface Condition<K, V> {
        boolean holds(@Nullable Node<K, V> fresh);
    }

    private static final class Removal<K, V> {
        private boolean holds;
        private @Nullable Node<K, V> node;

        void decide(Condition<K, V> condition, @Nullable Node<K, V> fresh) {
            holds = condition.holds(fresh);
            node = fresh;
        }

        @Nullable V value() {
            return holds && node != null ? node.value() : null;
        }
    }
}
