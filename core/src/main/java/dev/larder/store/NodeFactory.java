package dev.larder.store;

import dev.larder.expiry.ExpiryRules;
import dev.larder.time.Ticker;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Makes the nodes of one cache: draws their times, has them weighed, and chooses the smallest node that can hold what the
 * cache will ask for. Thread-safe as the weigher is.
 *
 * <p>The jitter of an entry is drawn from its key's hash and a seed of the cache: different for each key and each process,
 * but the same for each value of one key. So entries stored together drift apart a little more at each renewal; and the
 * moment at which an entry was born follows from the moment at which it expires, so that it need not be kept.
 */
public final class NodeFactory<K, V> {
    /** Stands for the cache's own time to live. */
    public static final long CACHES_OWN = -1;

    private final ExpiryRules rules;
    private final Weigher<? super K, ? super V> weigher;
    private final boolean keepsDetails;
    private final long seed = ThreadLocalRandom.current().nextLong();

    /** Nodes for a cache in process, which needs no more of their times than its rules ask for. */
    public NodeFactory(ExpiryRules rules, Weigher<? super K, ? super V> weigher) {
        this(rules, weigher, false);
    }

    /** @param keepsDetails whether every node is to know all its times, as a cache with a far tier needs them */
    public NodeFactory(ExpiryRules rules, Weigher<? super K, ? super V> weigher, boolean keepsDetails) {
        this.rules = rules;
        this.weigher = weigher;
        this.keepsDetails = keepsDetails || rules.readsDetails();
    }

    /** Whether it matters when this value was born. */
    public boolean readsTime(@Nullable V value) {
        return keepsDetails || value == null || rules.timeToLive() != Ticker.NEVER;
    }

    /** A node whose value was read or put at {@code born}, on the cache's terms. */
    public Node<K, V> node(K key, @Nullable V value, long born) {
        if (keepsDetails) {
            return node(key, value, born, CACHES_OWN);
        }
        if (!readsTime(value)) {
            return new Node<>(key, value, weigh(key, value));
        }
        long timeToLive = drawTimeToLive(key, value);
        return timeToLive == 0
                ? timed(key, value, new Times(born, born, born))
                : new ExpiringNode<>(key, value, weigh(key, value), Ticker.after(born, timeToLive));
    }

    /** As {@link #node(Object, Object, long)}, fresh for {@code ownTimeToLive} nanoseconds where that is not negative. */
    public Node<K, V> node(K key, @Nullable V value, long born, long ownTimeToLive) {
        if (ownTimeToLive < 0 && !keepsDetails) {
            return node(key, value, born);
        }
        long timeToLive = rules.drawTimeToLive(ownTimeToLive, value == null, jitterOf(key));
        long freshUntil = Ticker.after(born, timeToLive);
        return timed(key, value, new Times(born, freshUntil, timeToLive == 0 ? born : rules.keepUntil(freshUntil)));
    }

    private long drawTimeToLive(K key, @Nullable V value) {
        return rules.drawTimeToLive(CACHES_OWN, value == null, jitterOf(key));
    }

    /** Uniform in 0…1. */
    private double jitterOf(K key) {
        long mixed = (key.hashCode() ^ seed) * 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L;
        return (mixed >>> 11) * 0x1p-53;
    }

    /** When a value was read, until when it is fresh and until when it is worth keeping; readings of one ticker. */
    public record Times(long born, long freshUntil, long keepUntil) {}

    /** A node with times known from elsewhere. */
    public Node<K, V> timed(K key, @Nullable V value, Times times) {
        return new DetailedNode<>(key, value, weigh(key, value), times.born(), times.freshUntil(), times.keepUntil());
    }

    private int weigh(K key, @Nullable V value) {
        int weight = weigher.weigh(key, value);
        if (weight < 0) {
            throw new IllegalArgumentException("a weigher must give >= 0 but gave " + weight);
        }
        return weight;
    }

    /** When the node's value was read or put; {@link Node#UNKNOWN} for one that never expires and keeps no times. */
    public long born(Node<K, V> node) {
        boolean derived = node.bornNanos() == Node.UNKNOWN && node.freshUntilNanos() != Ticker.NEVER;
        return derived ? node.freshUntilNanos() - drawTimeToLive(node.key(), node.value()) : node.bornNanos();
    }

    /**
     * The same value, loaded by a flight that was overtaken by an invalidation: it is for the caller who launched the flight.
     * It is not stored, and void to those who joined the flight, perhaps after the invalidation.
     */
    public Node<K, V> overtaken(Node<K, V> node) {
        return new OvertakenNode<>(node);
    }

    /** Whether a node is to be stored at all: one loaded with a time to live of zero is for its callers only. */
    public static boolean isStorable(Node<?, ?> node) {
        return node.keepUntilNanos() > node.bornNanos();
    }
}
