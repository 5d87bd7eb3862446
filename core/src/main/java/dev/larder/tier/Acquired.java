package dev.larder.tier;

import org.jspecify.annotations.Nullable;

/** The answer to a request for a lease. */
public sealed interface Acquired {
    /** The entry is fresh after all: no lease is needed. */
    record Hit(FarValue value) implements Acquired {}

    /** The lease is the caller's: load, then fill or release. {@code stale} is what was there, if anything. */
    record Won(@Nullable FarValue stale) implements Acquired {}

    /** Another caller holds the lease for {@code leaseLeftMillis} more, at most. {@code stale} as in {@link Won}. */
    record Lost(@Nullable FarValue stale, long leaseLeftMillis) implements Acquired {}

    /** What the tier has for the key, fresh or not, if anything. */
    default @Nullable FarValue found() {
        if (this instanceof Hit hit) {
            return hit.value();
        }
        return this instanceof Won won ? won.stale() : ((Lost) this).stale();
    }
}
