package dev.larder.store;

import dev.larder.expiry.ExpiryRules;
import dev.larder.time.Ticker;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Makes the nodes of one cache: draws their times and has them weighed. Thread-safe as the weigher is. */
public final class NodeFactory<K, V> {
    /** Stands for the cache's own time to live. */
    public static final long CACHES_OWN = -1;

    private final ExpiryRules rules;
    private final Weigher<? super K, ? super V> weigher;

    public NodeFactory(ExpiryRules rules, Weigher<? super K, ? super V> weigher) {
        this.rules = rules;
        this.weigher = weigher;
    }

    /** A node whose value was read or put at {@code born}, on the cache's terms. */
    public Node<K, V> node(K key, @Nullable V value, long born) {
        return node(key, value, born, CACHES_OWN);
    }

    /** As {@link #node(Object, Object, long)}, fresh for {@code ownTimeToLive} nanoseconds where that is not negative. */
    public Node<K, V> node(K key, @Nullable V value, long born, long ownTimeToLive) {
        double random = ThreadLocalRandom.current().nextDouble();
        long timeToLive = rules.drawTimeToLive(ownTimeToLive, value == null, random);
        long freshUntil = Ticker.after(born, timeToLive);
        return timed(key, value, new Times(born, freshUntil, timeToLive == 0 ? born : rules.keepUntil(freshUntil)));
    }

    /** When a value was read, until when it is fresh and until when it is worth keeping; readings of one ticker. */
    public record Times(long born, long freshUntil, long keepUntil) {}

    /** A node with times known from elsewhere. */
    public Node<K, V> timed(K key, @Nullable V value, Times times) {
        int weight = weigher.weigh(key, value);
        if (weight < 0) {
            throw new IllegalArgumentException("a weigher must give >= 0 but gave " + weight);
        }
        return new Node<>(key, value, weight, times.born(), times.freshUntil(), times.keepUntil());
    }

    /** The same value as one that is for its callers only: see {@link #isStorable}. */
    public Node<K, V> unstorable(Node<K, V> node) {
        return timed(node.key(), node.value(), new Times(node.bornNanos(), node.bornNanos(), node.bornNanos()));
    }

    /** Whether a node is to be stored at all: one loaded with a time to live of zero is for its callers only. */
    public static boolean isStorable(Node<?, ?> node) {
        return node.keepUntilNanos() > node.bornNanos();
    }
}
