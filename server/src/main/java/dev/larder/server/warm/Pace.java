package dev.larder.server.warm;

import dev.larder.time.Scheduler;
import dev.larder.time.Ticker;
import java.util.concurrent.TimeUnit;

/** Waits so that no more is done in a second than is granted. What was late is not made up for. For one thread. */
final class Pace {
    private static final int PORTIONS_PER_SECOND = 20;
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Bound perSecond;
    private final Ticker ticker;
    private final Scheduler scheduler;
    private long nextNanos;

    Pace(Bound perSecond, Ticker ticker, Scheduler scheduler) {
        this.perSecond = perSecond;
        this.ticker = ticker;
        this.scheduler = scheduler;
        this.nextNanos = ticker.nanos();
    }

    /** How many keys to take together, {@code most} at most. */
    int portion(int most) {
        return (int) Math.max(1, Math.min(most, perSecond.keys() / PORTIONS_PER_SECOND));
    }

    /** Waits until it is one's turn. */
    void await() throws InterruptedException {
        long wait = nextNanos - ticker.nanos();
        if (wait > 0) {
            scheduler.pause(wait);
        }
    }

    /** Says what was done, for which the next one waits. */
    void did(long keys, long bytes) {
        double seconds = Math.max((double) keys / perSecond.keys(), (double) bytes / perSecond.bytes());
        nextNanos = Math.max(nextNanos, ticker.nanos()) + (long) (seconds * SECOND);
    }
}
