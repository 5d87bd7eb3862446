package dev.larder.tier;

import java.util.Map;

/**
 * What a far tier knows of some tags at one moment.
 *
 * @param clock the tag clock's reading
 * @param tags when each was invalidated, by its name
 */
public record TagReading(long clock, Map<String, Moments> tags) {
    /** The lower bits of a reading count changes; those above are its epoch, drawn when the clock was begun. */
    public static final int COUNT_BITS = 32;

    /**
     * When a tag was last invalidated.
     *
     * @param removedAt the clock's reading when it was last removed
     * @param staleAt the clock's reading when it was last made stale; 0 for never
     * @param staleForMillis how long ago that was, by the tier's own time
     */
    public record Moments(long removedAt, long staleAt, long staleForMillis) {}

    /** Whether two readings are of one beginning of the clock: others must not be compared. */
    public static boolean isSameEpoch(long one, long other) {
        return one >>> COUNT_BITS == other >>> COUNT_BITS;
    }
}
