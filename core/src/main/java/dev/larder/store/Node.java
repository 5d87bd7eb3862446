package dev.larder.store;

import dev.larder.time.Ticker;
import org.jspecify.annotations.Nullable;

/**
 * One entry: a key, its value, and as much of its times as it needs. Immutable but for the time of the last read, which
 * only a {@link DetailedNode} keeps; published by its final fields, so that a reader may follow a plain reference to it.
 *
 * <p>This class is the smallest one: an entry that never expires. 24 bytes; {@link ExpiringNode} takes 32,
 * {@link DetailedNode} 56.
 */
public class Node<K, V> {
    /** Stands for a time that a node does not keep. */
    public static final long UNKNOWN = -1;

    private final K key;
    private final @Nullable V value;
    private final int weight;

    /**
     * @param value null for a cached null
     * @param weight what the entry counts against the bound, at least 0
     */
    public Node(K key, @Nullable V value, int weight) {
        this.key = key;
        this.value = value;
        this.weight = weight;
    }

    /** The same key, value and weight with other times. */
    public Node<K, V> retimed(long bornNanos, long freshUntilNanos, long keepUntilNanos) {
        DetailedNode<K, V> node = new DetailedNode<>(key, value, weight, bornNanos, freshUntilNanos, keepUntilNanos);
        node.markRead(readNanos());
        return node;
    }

    /** A mix of a key's hash code in which every bit depends on all of them. */
    public static int spread(int hashCode) {
        int h = hashCode * 0x9E3779B9;
        h ^= h >>> 15;
        h *= 0x85EBCA6B;
        return h ^ (h >>> 13);
    }

    public final K key() {
        return key;
    }

    public final @Nullable V value() {
        return value;
    }

    /** {@link #spread} of the key's hash code; calls the key. */
    public final int hash() {
        return spread(key.hashCode());
    }

    public final int weight() {
        return weight;
    }

    /** When the value's load began, or when it was put; {@link #UNKNOWN} where the node does not keep it. */
    public long bornNanos() {
        return UNKNOWN;
    }

    /** Until when the value is fresh. */
    public long freshUntilNanos() {
        return Ticker.NEVER;
    }

    /** Until when the value may be of use, if only as a stale one. */
    public long keepUntilNanos() {
        return freshUntilNanos();
    }

    /** Whether it is untrue, whatever its times say: a tag of it was invalidated, or its key while it was loaded. */
    public boolean isVoid() {
        return false;
    }

    /** When the entry was last read or written, where the cache has a time to idle. */
    public long readNanos() {
        return UNKNOWN;
    }

    /** Notes a read at {@code now}, where the cache has a time to idle. */
    public void markRead(long now) {
        // Nobody asks this node.
    }
}
