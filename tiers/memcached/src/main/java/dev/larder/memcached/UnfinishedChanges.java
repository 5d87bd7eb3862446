package dev.larder.memcached;

import dev.larder.bus.TagChange;
import dev.larder.memcached.Batch.Slot;
import dev.larder.memcached.TagClock.Reading;
import dev.larder.tier.Later;
import dev.larder.tier.TagReading;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Ends the change of a tag whose process died after it had noted the change and before it raised the clock: until somebody
 * raises it, whatever is loaded with the tag is of no use. A record that is later than the clock is looked at once more
 * after a second; most are ended by then. Thread-safe.
 *
 * <p>To raise the clock is always safe: a change is over only when its own process has raised it. One look at a time is
 * waited for, and the latest record seen is looked for: it is never later than the clock by more than one.
 */
final class UnfinishedChanges {
    private static final Logger LOG = System.getLogger(UnfinishedChanges.class.getName());
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final TagClock clock;
    private final Later later;
    private final Function<TagChange, CompletionStage<Void>> publisher;
    private final AtomicReference<@Nullable TagChange> seen = new AtomicReference<>();

    UnfinishedChanges(TagClock clock, Later later, Function<TagChange, CompletionStage<Void>> publisher) {
        this.clock = clock;
        this.later = later;
        this.publisher = publisher;
    }

    /** A record says {@code change}, and the clock has not reached it. */
    void seen(TagChange change) {
        TagChange before = seen.getAndUpdate(
                known -> known != null && TagReading.isSameEpoch(known.at(), change.at()) && known.at() >= change.at()
                        ? known
                        : change);
        if (before == null) {
            later.schedule(this::look, PATIENCE_NANOS);
        }
    }

    private void look() {
        TagChange change = seen.getAndSet(null);
        Session session = clock.sessionIfReady();
        if (change == null || session == null) {
            return; // looked at again when the record is read again, which another change of a tag brings about
        }
        Batch batch = new Batch();
        Slot look = clock.look(batch, session);
        var unused = batch.send()
                .thenCompose(done -> {
                    Reading reading = clock.seen(session, look);
                    boolean isOpen = TagReading.isSameEpoch(reading.at(), change.at()) && reading.at() < change.at();
                    return isOpen ? end(reading, change) : MemcachedTags.nothing();
                })
                .exceptionally(failure -> {
                    LOG.log(
                            Level.DEBUG,
                            "a tag's unfinished change could not be ended; whoever reads its record next tries",
                            failure);
                    return null;
                });
    }

    private CompletionStage<@Nullable Void> end(Reading reading, TagChange change) {
        return clock.raise(reading, change.at())
                .thenCompose(raised -> raised ? publisher.apply(change) : MemcachedTags.nothing());
    }
}
