package dev.larder.tier;

import dev.larder.bus.TagChange;
import java.util.Collection;
import java.util.concurrent.CompletionStage;

/**
 * The tags of one cache in a {@link FarTier}: a clock that counts their invalidations, and for each tag when it was last
 * invalidated. No entry is touched: its readers compare.
 *
 * <p><b>The clock</b> is a positive number that each {@link #change} raises by one. Where it is missing, because it never
 * was there or was lost, it is begun anew in a random epoch ({@link Tokens#clock}). Readings of different epochs are never
 * compared ({@link TagReading#isSameEpoch}): an entry of another epoch than the clock's is untrue, and what is known of a
 * tag from another epoch counts as not known. Within an epoch the clock never goes back; where a server has come back older
 * than it was, the tier begins a new one.
 *
 * <p>The promises about asynchrony, failure and threads are those of {@link FarTier}.
 */
public interface FarTags {
    /** The clock's reading; it is begun if need be. */
    CompletionStage<Long> now();

    /**
     * The clock's reading and when each of {@code tags} was last invalidated, in one step. What the tier does not know of a
     * tag, because it is new or was forgotten, counts as a removal no earlier than the last one that there can have been;
     * it is remembered, so that it is not later at the next question.
     */
    CompletionStage<TagReading> read(Collection<String> tags);

    /**
     * Invalidates a tag, in one step: raises the clock and notes its reading for the tag; gives that reading. When it
     * completes, every entry whose load began before has an older one.
     */
    CompletionStage<Long> change(String tag, TagChange.Kind kind);

    /** Tells the other processes; completes when the bus has taken the message. */
    CompletionStage<Void> publish(TagChange change);
}
