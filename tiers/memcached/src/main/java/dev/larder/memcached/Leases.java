package dev.larder.memcached;

import dev.larder.time.Ticker;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The leases this process holds in one cache, by their tokens. At most {@value #MAX}: past it, those that ended go, then
 * the oldest, whose loads are then not stored. Thread-safe: guarded by itself.
 */
final class Leases {
    static final int MAX = 100_000;

    private final Ticker ticker;
    private final Map<String, Lease> held = new LinkedHashMap<>();

    Leases(Ticker ticker) {
        this.ticker = ticker;
    }

    synchronized void put(String token, Lease lease) {
        if (held.size() >= MAX) {
            long now = ticker.nanos();
            held.values().removeIf(each -> each.endNanos() - now <= 0);
            Iterator<String> oldest = held.keySet().iterator();
            if (held.size() >= MAX && oldest.hasNext()) {
                oldest.next();
                oldest.remove();
            }
        }
        held.put(token, lease);
    }

    /** The lease of {@code token}, which stays; null where it ended, or never was. */
    synchronized @Nullable Lease get(String token) {
        Lease lease = held.get(token);
        return lease == null || !lives(lease) ? null : lease;
    }

    /** Replaces {@code lease} with {@code renewed}, unless it was taken meanwhile. */
    synchronized boolean replace(String token, Lease lease, Lease renewed) {
        return held.replace(token, lease, renewed);
    }

    /** The lease of {@code token}, which is no longer held, ended or not. */
    synchronized @Nullable Lease take(String token) {
        return held.remove(token);
    }

    /** Whether {@code lease} may still be used. */
    boolean lives(Lease lease) {
        Session session = lease.session();
        return lease.endNanos() - ticker.nanos() > 0 && (session == null || session.isOpen());
    }
}
