package dev.larder.store;

import dev.larder.event.RemovalCause;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A bounded map from keys to nodes within one process. It keeps; what is fresh is the caller's to judge, who is evicted
 * the policy's.
 *
 * <p>Thread-safe. {@link #find} and {@link #peek} take no lock. All changes of one key are atomic and totally ordered;
 * when one returns, every later {@code find} in any thread sees it. The bound is strict: no change returns while more
 * than the bound is stored, except that a single entry heavier than the whole bound is not stored at all (it is reported
 * as evicted at once). Iteration is weakly consistent. Keys' {@code equals} and {@code hashCode} are called, possibly
 * under a lock, and may throw: the store stays whole.
 */
public interface Store<K, V> extends Iterable<Node<K, V>> {
    /** The entry of {@code key}, expired or not; a hit is told to the policy. */
    @Nullable Node<K, V> find(K key);

    /** As {@link #find}, but the policy is not told. */
    @Nullable Node<K, V> peek(K key);

    /**
     * Applies {@code change} to the entry of {@code key}, atomically.
     *
     * @param cause reported for the old node where the change removes it; a node replaced by another is always reported
     *     as {@link RemovalCause#REPLACED}
     * @throws dev.larder.failure.CacheFullException if there is no room and the policy lets no entry leave; the entry of
     *     {@code key} is as it was
     * @return what the key maps to afterwards; null also where the new node was too heavy to be kept
     */
    @Nullable Node<K, V> update(K key, Change<K, V> change, RemovalCause cause);

    /** Removes this very node, if it is still stored; returns whether it did. */
    boolean remove(Node<K, V> node, RemovalCause cause);

    /**
     * Removes entries that are of no use at {@code now}: past {@link Node#keepUntilNanos}, or idle too long. One that
     * became so within the last half second may be left for a later call.
     *
     * @param maxEntries how many to look at, about; the rest is left for a later call
     * @return how many it removed
     */
    int expire(long now, int maxEntries);

    /**
     * Changes the bound, to 1 at least. Where that is less than is stored, entries are evicted before it returns, as far
     * as the policy lets any leave.
     */
    void resize(long max);

    /** Up to {@code limit} entries, those first that are likely to be evicted first; linear in all entries. */
    List<Node<K, V>> coldest(int limit);

    /** Up to {@code limit} entries, those first that are likely to be evicted last; linear in all entries. */
    List<Node<K, V>> hottest(int limit);

    /** Removes every entry that was stored when the call began; one stored meanwhile may stay. */
    void clear(RemovalCause cause);

    /** Entries now stored, expired ones included. */
    long size();

    /** The sum of their weights. */
    long weight();

    /** Nodes in no order, each key at most once. {@link Iterator#remove} is not supported. */
    @Override
    Iterator<Node<K, V>> iterator();
}
