package dev.larder.stack;

import dev.larder.tier.FarCacheOptions;
import dev.larder.tier.Later;
import dev.larder.tier.TierFactory.Context;
import java.util.concurrent.TimeUnit;

/** The time and the timer of one cache's stack. Immutable. */
record Clock(Context context, FarCacheOptions options) {
    long nanos() {
        return options.ticker().nanos();
    }

    /** Whether a proof of silence as of {@code proofNanos} still lets fronts be trusted. */
    boolean isRecent(long proofNanos) {
        return proofNanos >= 0 && nanos() - proofNanos <= options.maxSilenceNanos();
    }

    /** The milliseconds since {@code sinceNanos}, rounded up. */
    long millisSince(long sinceNanos) {
        return TimeUnit.NANOSECONDS.toMillis(Math.max(0, nanos() - sinceNanos)) + 1;
    }

    String cache() {
        return options.cache();
    }

    Later later() {
        return new Later(context.scheduler());
    }
}
