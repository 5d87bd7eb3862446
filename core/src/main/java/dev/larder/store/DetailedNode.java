package dev.larder.store;

import org.jspecify.annotations.Nullable;

/** An entry with all its times: for caches that serve stale values, refresh ahead, count idleness or share a far tier. */
public class DetailedNode<K, V> extends Node<K, V> {
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
    public DetailedNode(
            K key, @Nullable V value, int weight, long bornNanos, long freshUntilNanos, long keepUntilNanos) {
        super(key, value, weight);
        this.bornNanos = bornNanos;
        this.freshUntilNanos = freshUntilNanos;
        this.keepUntilNanos = keepUntilNanos;
        this.readNanos = bornNanos;
    }

    @Override
    public final long bornNanos() {
        return bornNanos;
    }

    @Override
    public long freshUntilNanos() {
        return freshUntilNanos;
    }

    @Override
    public final long keepUntilNanos() {
        return keepUntilNanos;
    }

    @Override
    public final long readNanos() {
        return readNanos;
    }

    @Override
    public final void markRead(long now) {
        readNanos = now;
    }
}
