package dev.larder.memcached;

import dev.larder.time.Ticker;
import java.util.concurrent.TimeUnit;

/**
 * Since when this process has known a ring, and when it may next do something for one. Thread-safe: guarded by itself.
 */
final class RingClock {
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long KEEP_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final Ticker ticker;
    private int known;
    private long sinceNanos;
    private long nextNanos;
    private long keepNanos;

    RingClock(Ticker ticker) {
        this.ticker = ticker;
        this.sinceNanos = ticker.nanos();
        this.nextNanos = sinceNanos + PAUSE_NANOS;
        this.keepNanos = sinceNanos + KEEP_NANOS;
    }

    /** How long this process has known {@code rings}, by its own ticker: from when it first asked, which is soon. */
    synchronized long knownNanos(Rings rings) {
        long now = ticker.nanos();
        if (known != rings.number()) {
            known = rings.number();
            sinceNanos = now;
        }
        return now - sinceNanos;
    }

    /** Whether the list of servers is to be stored once more; once a minute. */
    synchronized boolean isToKeep() {
        long now = ticker.nanos();
        if (now - keepNanos < 0) {
            return false;
        }
        keepNanos = now + KEEP_NANOS;
        return true;
    }

    /** Whether something may be tried; once a second. */
    synchronized boolean isDue() {
        long now = ticker.nanos();
        if (now - nextNanos < 0) {
            return false;
        }
        nextNanos = now + PAUSE_NANOS;
        return true;
    }
}
