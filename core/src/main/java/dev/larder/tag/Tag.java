package dev.larder.tag;

/**
 * One tag of one cache: when its entries were last invalidated. Known by identity; what entries have of it keeps it alive.
 *
 * <p>Thread-safe: written under its bin's lock in {@link Tags}, read without one. {@code staleNanos} is written before
 * {@code staleAt} and read after it, so whoever sees that it is stale sees a moment at or after the one that made it so.
 */
public final class Tag {
    private final String name;
    /** Readings of {@link Tags#now()}. */
    private volatile long removedAt;

    private volatile long staleAt;
    private volatile long staleNanos;

    Tag(String name, long removedAt) {
        this.name = name;
        this.removedAt = removedAt;
    }

    String name() {
        return name;
    }

    void remove(long at) {
        removedAt = Math.max(removedAt, at);
    }

    void stale(long at, long nanos) {
        staleNanos = nanos;
        staleAt = Math.max(staleAt, at);
    }

    /** Whether what was read at {@code begun} is untrue since. */
    public boolean isRemovedSince(long begun) {
        return removedAt > begun;
    }

    /** Until when what was read at {@code begun} is fresh, as far as this tag goes; {@code otherwise} if it is not stale. */
    public long freshUntil(long begun, long otherwise) {
        return staleAt > begun ? Math.min(staleNanos, otherwise) : otherwise;
    }

    @Override
    public String toString() {
        return name;
    }
}
