package dev.larder.store;

import org.jspecify.annotations.Nullable;

/** An entry that is of no use once it is not fresh any more. */
final class ExpiringNode<K, V> extends Node<K, V> {
    private final long freshUntilNanos;

    ExpiringNode(K key, @Nullable V value, int weight, long freshUntilNanos) {
        super(key, value, weight);
        this.freshUntilNanos = freshUntilNanos;
    }

    @Override
    public long freshUntilNanos() {
        return freshUntilNanos;
    }
}
