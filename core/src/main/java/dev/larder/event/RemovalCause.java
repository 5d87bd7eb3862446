package dev.larder.event;

/** Why an entry left a cache; five different events, each with one word. */
public enum RemovalCause {
    /** A caller said that the value is untrue. */
    REMOVED,
    /** A newer value took its place. */
    REPLACED,
    /** Its time passed. */
    EXPIRED,
    /** Room was needed. */
    EVICTED,
    /** The whole cache was cleared, or a rebuild switched to the next generation. */
    CLEARED;

    /** Whether the cache itself chose to drop the entry, not a caller. */
    public boolean wasEvicted() {
        return this == EXPIRED || this == EVICTED;
    }
}
