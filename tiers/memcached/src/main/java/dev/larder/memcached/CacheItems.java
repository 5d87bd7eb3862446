package dev.larder.memcached;

import dev.larder.failure.TierException;
import dev.larder.memcached.Keyspace.Entry;
import dev.larder.protocol.memcached.Key;
import dev.larder.protocol.memcached.Reply;
import dev.larder.protocol.memcached.Reply.Status;
import dev.larder.tier.FarValue;
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

    /** The names of one entry in one generation. */
    record Names(Key value, Key lease) {}

    /**
     * Where one entry is in one generation.
     *
     * @param session the connection to its server, null while that is away
     * @param before the connection to the server that answers while its own is warming up; null where there is none
     */
    record Place(
            Key value,
            Key lease,
            @Nullable Session session,
            Link link,
            @Nullable Link before) {
        Session need() {
            return needed(link);
        }

        Names names() {
            return new Names(value, lease);
        }
    }

    Entry entry(String key) {
        return keys.entry(key, Generations.NAME_LENGTH);
    }

    Names names(String generation, Entry entry) {
        return new Names(keys.value(generation, entry), keys.lease(generation, entry));
    }

    /** Value and lease of an entry are on one server: the one that the value's name belongs to. */
    Place place(View view, String generation, Entry entry) {
        Names names = names(generation, entry);
        byte[] key = names.value().bytes();
        Link link = servers.link(view.rings().owner(key));
        HostAndPort before = generation.equals(view.current()) ? view.rings().ownerBefore(key) : null;
        return new Place(
                names.value(), names.lease(), link.ready(), link, before == null ? null : servers.link(before));
    }

    /** How many seconds {@code value} of {@code key} is to live on the key's server; 0 for no limit. */
    static int lifeSeconds(@Nullable View view, Key key, FarValue value) {
        int life = Seconds.life(value);
        int most = view == null ? 0 : view.rings().layout().mostSeconds(key.bytes());
        return most == 0 || (life > 0 && life <= most) ? life : most;
    }

    /** The connection of {@code link}; throws where there is none. */
    static Session needed(Link link) {
        Session open = link.ready();
        if (open == null) {
            throw link.away();
        }
        return open;
    }

    /** The value that the server of {@code key} gave in {@code reply}; null where it gave none that counts. */
    static @Nullable FarValue value(View view, Key key, Entry entry, Reply.Meta reply) {
        boolean isThere = reply.status() == Status.VA
                && view.rings().holds(key.bytes(), reply.flags().number('f'));
        return isThere ? Body.value(entry, reply) : null;
    }

    /** The same for the server that answers while the key's own is warming up. */
    static @Nullable FarValue valueBefore(View view, Key key, Entry entry, Reply.Meta reply) {
        boolean isThere = reply.status() == Status.VA
                && view.rings().heldBefore(key.bytes(), reply.flags().number('f'));
        return isThere ? Body.value(entry, reply) : null;
    }

    /** Adds what makes an entry untrue on its own server, in both generations of {@code view}. */
    void voidBoth(Batch batch, View view, Entry entry) {
        Place current = place(view, view.current(), entry);
        voidAt(batch, current.need(), current.names());
        voidNext(batch, view, entry);
    }

    /** Adds what makes an entry untrue on the server that answers while its own is warming up, if there is one. */
    void voidBefore(Batch batch, View view, Entry entry) {
        Place current = place(view, view.current(), entry);
        Link before = current.before();
        if (before != null) {
            voidAt(batch, needed(before), current.names());
        }
    }

    private static void voidAt(Batch batch, Session session, Names names) {
        batch.add(session, Items.remove(names.value()));
        batch.add(session, Items.remove(names.lease()));
    }

    /** Adds what keeps a rebuild's older row away, and removes one that is there already. */
    void voidNext(Batch batch, View view, Entry entry) {
        String next = view.next();
        if (next != null) {
            Place place = place(view, next, entry);
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
