package dev.larder.server.store;

import java.security.SecureRandom;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The leases of a shard, by the hashes of their keys. Two keys of one hash, one pair in four billion, share a lease: then
 * a load is refused, never stored wrongly. Where there are as many as there may be the oldest one ends. Guarded by its
 * shard's lock.
 */
final class Leases {
    /** Of all shards together. */
    static final int MOST = 1 << 14;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Map<Integer, Held> byHash = new LinkedHashMap<>();
    private final int most;

    private record Held(Lease lease, int keyspace, long untilMillis) {
        /** A clock that was set back makes none longer than it could have been. */
        boolean isAlive(long nowMillis) {
            return untilMillis > nowMillis && untilMillis <= nowMillis + Lease.MAX_MILLIS;
        }
    }

    Leases(int shards) {
        this.most = Math.max(1, MOST / shards);
    }

    int count() {
        return byHash.size();
    }

    boolean has(int hash, long nowMillis) {
        return !byHash.isEmpty() && alive(hash, nowMillis) != null;
    }

    private @Nullable Held alive(int hash, long nowMillis) {
        Held held = byHash.get(hash);
        return held != null && held.isAlive(nowMillis) ? held : null;
    }

    Lease begin(int hash, int keyspace, long reading, long untilMillis) {
        byHash.remove(hash);
        if (byHash.size() >= most) {
            Iterator<Integer> oldest = byHash.keySet().iterator();
            oldest.next();
            oldest.remove();
        }
        Lease lease = new Lease(RANDOM.nextLong(), RANDOM.nextLong(), reading);
        byHash.put(hash, new Held(lease, keyspace, untilMillis));
        return lease;
    }

    /** Ends the lease of a token, and returns it; null where there is none. */
    @Nullable Lease take(int hash, long high, long low, long nowMillis) {
        Held held = alive(hash, nowMillis);
        if (held == null || held.lease.high() != high || held.lease.low() != low) {
            return null;
        }
        byHash.remove(hash);
        return held.lease;
    }

    /** The key was changed: who was to make its value worked from what was before. */
    void end(int hash) {
        if (!byHash.isEmpty()) {
            byHash.remove(hash);
        }
    }

    /** A keyspace was flushed. */
    void endAll(int keyspace) {
        byHash.values().removeIf(held -> held.keyspace == keyspace);
    }
}
