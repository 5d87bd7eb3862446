package dev.larder.policy;

import dev.larder.time.Ticker;

/** Which entries may leave when room is needed: the first half of the name of a policy of Redis. */
enum Candidates {
    /** Every entry: {@code allkeys-*}. */
    ALL,
    /** Those with a time to live: {@code volatile-*}. */
    VOLATILE,
    /** None: {@code noeviction}. */
    NONE;

    /** Whether an entry that expires at {@code expiresAt} is one. */
    boolean include(long expiresAt) {
        return switch (this) {
            case ALL -> true;
            case VOLATILE -> expiresAt != Ticker.NEVER;
            case NONE -> false;
        };
    }
}
