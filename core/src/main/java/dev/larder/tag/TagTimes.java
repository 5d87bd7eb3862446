package dev.larder.tag;

/**
 * When one tag was last invalidated. Outlives the {@link Tag} itself until {@link Tags} has taken note.
 *
 * <p>Thread-safe: written under its bin's lock in {@link Tags}, read without one. {@code staleNanos} is written before
 * {@code staleAt} and read after it, so whoever sees that it is stale sees a moment at or after the one that made it so.
 */
final class TagTimes {
    /** Readings of {@link Tags#now()}. */
    private volatile long removedAt;

    private volatile long staleAt;
    private volatile long staleNanos;

    TagTimes(long removedAt) {
        this.removedAt = removedAt;
    }

    void remove(long at) {
        removedAt = Math.max(removedAt, at);
    }

    void stale(long at, long nanos) {
        staleNanos = nanos;
        staleAt = Math.max(staleAt, at);
    }

    boolean isRemovedSince(long begun) {
        return removedAt > begun;
    }

    long freshUntil(long begun, long otherwise) {
        return staleAt > begun ? Math.min(staleNanos, otherwise) : otherwise;
    }

    /** The last invalidation of either kind. */
    long last() {
        return Math.max(removedAt, staleAt);
    }
}
