package dev.larder.bus;

/**
 * That a tag was invalidated, and when.
 *
 * @param tag its name
 * @param kind what became of the entries that have it
 * @param at the reading of the cache's tag clock that the change made, in the shared tier
 */
public record TagChange(String tag, Kind kind, long at) {
    /** What becomes of the entries that have the tag. */
    public enum Kind {
        /** They are untrue. */
        REMOVED,
        /** They are old, and may be served while they are renewed. */
        STALE
    }
}
