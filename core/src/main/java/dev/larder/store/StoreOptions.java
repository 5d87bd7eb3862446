package dev.larder.store;

import dev.larder.policy.Eviction;
import dev.larder.policy.PolicyFactory;
import dev.larder.time.Ticker;

/**
 * What a {@link HeapStore} is to be. Immutable.
 *
 * @param bound how much it may hold
 * @param idleNanos how long an unread entry is kept, more than 0; {@link Ticker#NEVER} for no limit
 * @param policy who leaves when room is needed
 * @param maxShards at most so many parts with a lock of their own, at least 1
 * @param ticker the clock of the entries' times
 */
public record StoreOptions(Bound bound, long idleNanos, PolicyFactory policy, int maxShards, Ticker ticker) {
    /** More shards than this never helped, and each costs memory even while empty. */
    public static final int MAX_SHARDS = 1024;

    public StoreOptions {
        if (idleNanos < 1) {
            throw new IllegalArgumentException("idleNanos must be >= 1 but was " + idleNanos);
        }
        if (maxShards < 1) {
            throw new IllegalArgumentException("maxShards must be >= 1 but was " + maxShards);
        }
    }

    /** A store of this bound; all else as it is by default. */
    public static StoreOptions of(Bound bound) {
        return new StoreOptions(bound, Ticker.NEVER, Eviction.standard(), MAX_SHARDS, Ticker.system());
    }

    public StoreOptions withIdleNanos(long nanos) {
        return new StoreOptions(bound, nanos, policy, maxShards, ticker);
    }

    public StoreOptions withPolicy(PolicyFactory factory) {
        return new StoreOptions(bound, idleNanos, factory, maxShards, ticker);
    }

    public StoreOptions withMaxShards(int shards) {
        return new StoreOptions(bound, idleNanos, policy, shards, ticker);
    }

    public StoreOptions withTicker(Ticker clock) {
        return new StoreOptions(bound, idleNanos, policy, maxShards, clock);
    }
}
