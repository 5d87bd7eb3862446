package dev.larder.memcached;

import dev.larder.failure.TierException;
import dev.larder.memcached.Keyspace.Entry;
import dev.larder.protocol.memcached.Key;
import dev.larder.time.Ticker;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the steps of one cache share: where its items are, and its generations and leases. Thread-safe.
 *
 * @param keys the names of its items
 * @param generations its view of the generations
 * @param leases what this process may store
 * @param parts large values
 */
record CacheItems(Servers servers, Keyspace keys, Generations generations, Leases leases, Parts parts, Ticker ticker) {
    /** The longest rebuild: its tombstones live as long, so it may not switch later. */
    static final int TOMBSTONE_SECONDS = (int) TimeUnit.HOURS.toSeconds(6);

    /** The names of one entry in one generation, and the connection to their server, null while that is away. */
    record Place(Key value, Key lease, @Nullable Session session, Link link) {
        Session need() {
            Session open = session;
            if (open == null) {
                throw link.away();
            }
            return open;
        }
    }

    Entry entry(String key) {
        return keys.entry(key, Generations.NAME_LENGTH);
    }

    /** Value and lease of an entry are on one server: the one that the value's name belongs to. */
    Place place(String generation, Entry entry) {
        Key value = keys.value(generation, entry);
        Link link = servers.of(value);
        return new Place(value, keys.lease(generation, entry), link.ready(), link);
    }

    /** Adds what makes an entry untrue in both generations of {@code view}. */
    void voidBoth(Batch batch, View view, Entry entry) {
        Place current = place(view.current(), entry);
        Session session = current.need();
        batch.add(session, Items.remove(current.value()));
        batch.add(session, Items.remove(current.lease()));
        voidNext(batch, view, entry);
    }

    /** Adds what keeps a rebuild's older row away, and removes one that is there already. */
    void voidNext(Batch batch, View view, Entry entry) {
        String next = view.next();
        if (next != null) {
            Place place = place(next, entry);
            Session session = place.need();
            batch.add(session, Items.store(session, place.value(), Body.tombstone(), TOMBSTONE_SECONDS));
            batch.add(session, Items.remove(place.lease()));
        }
    }

    /** When a lease asked for now ends, by this process's ticker. */
    long endNanos(long leaseMillis) {
        return Ticker.after(ticker.nanos(), TimeUnit.MILLISECONDS.toNanos(leaseMillis));
    }

    /** For an answer that neither the protocol nor this tier knows. */
    static TierException unexpected() {
        return new TierException("Memcached gave an answer that does not belong to the command", null);
    }
}
