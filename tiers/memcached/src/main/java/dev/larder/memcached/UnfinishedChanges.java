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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Ends the change of a tag whose process died after it had noted the change and before it raised the clock: until somebody
 * raises it, whatever is loaded with the tag is of no use. A record that is later than the clock is looked at once more
 * after a second; most are ended by then. Thread-safe.
 *
 * <p>To raise the clock is always safe: a change is over only when its own process has raised it. One look at a time is
 * waited for, and the latest record seen is looked for: it is never later than the clock by more than one. A look that fails
 * is taken again every {@value #PAUSE_SECONDS} seconds, {@value #MOST_LOOKS} times at most; then another read of the record
 * brings it about.
 */
final class UnfinishedChanges {
    private static final Logger LOG = System.getLogger(UnfinishedChanges.class.getName());
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final int PAUSE_SECONDS = 5;
    private static final int MOST_LOOKS = 60;

    private final TagClock clock;
    private final Later later;
    private final Function<TagChange, CompletionStage<Void>> publisher;
    private final AtomicReference<@Nullable TagChange> seen = new AtomicReference<>();
    private final AtomicInteger failedLooks = new AtomicInteger();

    UnfinishedChanges(TagClock clock, Later later, Function<TagChange, CompletionStage<Void>> publisher) {
        this.clock = clock;
        this.later = later;
        this.publisher = publisher;
    }

    /** A record says {@code change}, and the clock has not reached it. */
    void seen(TagChange change) {
        lookFor(change, PATIENCE_NANOS);
    }

    private void lookFor(TagChange change, long delayNanos) {
        TagChange before = seen.getAndUpdate(
                known -> known != null && TagReading.isSameEpoch(known.at(), change.at()) && known.at() >= change.at()
                        ? known
                        : change);
        if (before == null) {
            later.schedule(this::look, delayNanos);
        }
    }

    private void lookAgain(TagChange change) {
        if (failedLooks.incrementAndGet() < MOST_LOOKS) {
            lookFor(change, TimeUnit.SECONDS.toNanos(PAUSE_SECONDS));
        } else {
            failedLooks.set(0);
        }
    }

    private void look() {
        TagChange change = seen.getAndSet(null);
        Session session = clock.sessionIfReady();
        if (change == null) {
            return;
        }
        if (session == null) {
            lookAgain(change);
            return;
        }
        Batch batch = new Batch();
        Slot look = clock.look(batch, session);
        var unused = batch.send()
                .thenCompose(done -> {
                    Reading reading = clock.seen(session, look);
                    boolean isOpen = TagReading.isSameEpoch(reading.at(), change.at()) && reading.at() < change.at();
                    return isOpen ? end(reading, change) : MemcachedTags.nothing();
                })
                .whenComplete((ended, failure) -> {
                    if (failure == null) {
                        failedLooks.set(0);
                        return;
                    }
                    LOG.log(
                            Level.DEBUG,
                            "a tag's unfinished change could not be ended; it is looked at again",
                            failure);
                    lookAgain(change);
                });
    }

    private CompletionStage<@Nullable Void> end(Reading reading, TagChange change) {
        return clock.raise(reading, change.at())
                .thenCompose(raised -> raised ? publisher.apply(change) : MemcachedTags.nothing());
    }
}
