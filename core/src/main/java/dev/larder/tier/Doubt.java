package dev.larder.tier;

import dev.larder.time.Ticker;
import java.util.concurrent.TimeUnit;

/**
 * Whether a tier that was away may hold, and its bus keep silent about, what other processes have removed meanwhile and
 * could not tell. They do so within moments of its return, and nobody knows when: they, too, have to find out first that
 * it is back. So from the moment it went away until {@link #NANOS} after its return it is in doubt.
 *
 * <p>Thread-safe. Costs a volatile read while there is no doubt.
 */
final class Doubt {
    /** All connect again within a second, tell what is pending once in a second, and have one more to get through with it. */
    static final long NANOS = TimeUnit.SECONDS.toNanos(3);

    private final Ticker ticker;
    private volatile boolean exists;
    private boolean isAway;
    private long sinceNanos;
    private long backNanos;

    Doubt(Ticker ticker) {
        this.ticker = ticker;
    }

    /** The tier is away. */
    synchronized void begin() {
        if (!exists) {
            sinceNanos = ticker.nanos();
        }
        isAway = true;
        exists = true;
    }

    /** The tier is back. */
    synchronized void back() {
        isAway = false;
        backNanos = ticker.nanos();
        exists = true;
    }

    /** Whether what the tier holds may be what others have removed. */
    boolean exists() {
        return exists && lasts();
    }

    /** What a proof of silence as of {@code proofNanos} is worth: none goes beyond the moment the tier went away. */
    long proof(long proofNanos) {
        return exists ? capped(proofNanos) : proofNanos;
    }

    private synchronized boolean lasts() {
        if (!isAway && ticker.nanos() - backNanos >= NANOS) {
            exists = false;
        }
        return exists;
    }

    private synchronized long capped(long proofNanos) {
        return lasts() && proofNanos > sinceNanos ? sinceNanos : proofNanos;
    }
}
