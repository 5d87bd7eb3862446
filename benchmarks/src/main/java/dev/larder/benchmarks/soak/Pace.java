package dev.larder.benchmarks.soak;

import dev.larder.benchmarks.process.Waiting;
import dev.larder.time.Ticker;

/** Keeps one client from asking for more than its share. Confined to one thread. */
final class Pace {
    private static final Ticker TICKER = Ticker.system();
    /** Nobody who was held up makes up for more than this. */
    private static final long MOST_BEHIND_NANOS = 1_000_000_000L;

    private final double perSecond;
    private long dueNanos = TICKER.nanos();

    Pace(double perSecond) {
        this.perSecond = perSecond;
    }

    /** Waits until so many requests more may be sent. */
    void await(int requests) {
        long now = TICKER.nanos();
        dueNanos = Math.max(dueNanos, now - MOST_BEHIND_NANOS) + (long) (requests / perSecond * 1e9);
        Waiting.until(TICKER, dueNanos);
    }
}
