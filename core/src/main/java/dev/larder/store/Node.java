package dev.larder.store;

import org.jspecify.annotations.Nullable;

/**
 * One entry: a key, its value and its times. Immutable but for the time of the last read, which is kept only where the
 * cache has a time to idle; published by its final fields, so that a reader may follow a plain reference to it.
 */
public final class Node<K, V> {
    private final K key;
    private final @Nullable V value;
    private final int hash;
    private final int weight;
    private final long bornNanos;
    private final long freshUntilNanos;
    private final long keepUntilNanos;
    /** Racy on purpose: losing one of two reads at nearly one time changes nothing. */
    private long readNanos;

    /**
     * @param value null for a cached null
     * @param weight what the entry counts against the bound, at least 0
     * @param bornNanos when the value's load began, or when it was put
     * @param freshUntilNanos until when it is fresh
     * @param keepUntilNanos until when it may be of use as a stale value
     */
    public Node(K key, @Nullable V value, int weight, long bornNanos, long freshUntilNanos, long keepUntilNanos) {
        this.key = key;
        this.value = value;
        this.hash = spread(key.hashCode());
        this.weight = weight;
        this.bornNanos = bornNanos;
        this.freshUntilNanos = freshUntilNanos;
        this.keepUntilNanos = keepUntilNanos;
        this.readNanos = bornNanos;
    }

    /** The same key, value and weight with other times. */
    public Node<K, V> retimed(long bornNanos, long freshUntilNanos, long keepUntilNanos) {
        Node<K, V> node = new Node<>(key, value, weight, bornNanos, freshUntilNanos, keepUntilNanos);
        node.readNanos = readNanos;
        return node;
    }

    /** A mix of a key's hash code in which every bit depends on all of them. */
    public static int spread(int hashCode) {
        int h = hashCode * 0x9E3779B9;
        h ^= h >>> 15;
        h *= 0x85EBCA6B;
        return h ^ (h >>> 13);
    }

    public K key() {
        return key;
    }

    public @Nullable V value() {
        return value;
    }

    /** {@link #spread} of the key's hash code. */
    public int hash() {
        return hash;
    }

    public int weight() {
        return weight;
    }

    public long bornNanos() {
        return bornNanos;
    }

    public long freshUntilNanos() {
        return freshUntilNanos;
    }

    public long keepUntilNanos() {
        return keepUntilNanos;
    }

    /** When the entry was last read or written, where the cache has a time to idle. */
    public long readNanos() {
        return readNanos;
    }

    /** Notes a read at {@code now}. */
    public void markRead(long now) {
        readNanos = now;
    }
}
