package dev.larder.server.event;

import dev.larder.server.client.Client;
import dev.larder.server.client.Clients;
import dev.larder.server.client.Key;
import dev.larder.server.client.Message;
import dev.larder.server.client.Tracking;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Which clients have read which keys, and the messages by which they hear that what they cached is old.
 *
 * <p>A key is remembered for a client <em>before</em> the read, and forgotten when its readers are told. So whoever changes
 * it after the read finds the reader here, and a change that comes in between tells the reader once too often: of one
 * connection that message comes after the reply, and who has another one redirected to must expect it before, as with
 * Redis. Of databases nothing is remembered: a key's name counts, as in Redis.
 *
 * <p>The table is bounded: beyond, a part's oldest key is forgotten, and its readers are told as if it had changed.
 * Thread-safe; nobody is called under a lock.
 */
public final class Invalidations {
    private static final int PARTS = 64;
    private static final byte[] CHANNEL = ascii("__redis__:invalidate");
    private static final byte[] MESSAGE = ascii("message");
    private static final byte[] INVALIDATE = ascii("invalidate");
    private static final byte[] BROKEN = ascii("tracking-redir-broken");

    private final Clients clients;
    private final Part[] parts = new Part[PARTS];
    private final Map<Key, Set<Client>> prefixes = new ConcurrentHashMap<>();
    private final Set<Client> trackers = ConcurrentHashMap.newKeySet();
    private final AtomicInteger keys = new AtomicInteger();
    private final AtomicInteger items = new AtomicInteger();
    private final Queue<Forgotten> forgotten = new ConcurrentLinkedQueue<>();
    private volatile int mostKeys = Integer.MAX_VALUE;

    /** Some keys and who has read them, the oldest first. Guarded by its monitor. */
    private static final class Part {
        private final Map<Key, long[]> readers = new LinkedHashMap<>();
    }

    @SuppressWarnings("ArrayRecordComponent") // carried along, compared by nobody
    private record Forgotten(Key key, long[] readers) {}

    Invalidations(Clients clients) {
        this.clients = clients;
        Arrays.setAll(parts, i -> new Part());
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** How many keys are remembered at most; 0 for any number. */
    public void limit(long most) {
        mostKeys = most == 0 ? Integer.MAX_VALUE : (int) Math.min(most, Integer.MAX_VALUE);
    }

    /** Whether any client is to be told of anything. */
    boolean isOn() {
        return !trackers.isEmpty();
    }

    /** How many clients are told. */
    public int clients() {
        return trackers.size();
    }

    /** How many keys are remembered. */
    public int keys() {
        return keys.get();
    }

    /** How many readers of keys are remembered. */
    public int items() {
        return items.get();
    }

    /** How many prefixes clients are told of. */
    public int prefixes() {
        return prefixes.size();
    }

    // Who is told.

    void start(Client client, Tracking how) {
        client.tracking(how);
        trackers.add(client);
        for (Key prefix : how.prefixes()) {
            prefixes.compute(prefix, (key, set) -> {
                Set<Client> all = set == null ? ConcurrentHashMap.newKeySet() : set;
                all.add(client);
                return all;
            });
        }
    }

    void stop(Client client) {
        Tracking how = client.tracking();
        if (how == null) {
            return;
        }
        client.tracking(null);
        trackers.remove(client);
        for (Key prefix : how.prefixes()) {
            prefixes.computeIfPresent(prefix, (key, set) -> {
                set.remove(client);
                return set.isEmpty() ? null : set;
            });
        }
    }

    /** A client is about to read a key. */
    public void remember(Client client, Key key) {
        Part part = part(key);
        synchronized (part) {
            long[] before = part.readers.get(key);
            long[] after = with(before, client.id());
            if (before == null || after.length > before.length) {
                part.readers.put(key, after);
                items.incrementAndGet();
                keys.addAndGet(before == null ? 1 : 0);
            }
            while (keys.get() > mostKeys && part.readers.size() > 1) {
                forgetOldest(part);
            }
        }
    }

    private Part part(Key key) {
        int hash = key.hashCode() * 0x9E3779B9;
        return parts[hash >>> 26];
    }

    private void forgetOldest(Part part) {
        Iterator<Map.Entry<Key, long[]>> oldest = part.readers.entrySet().iterator();
        Map.Entry<Key, long[]> entry = oldest.next();
        oldest.remove();
        keys.decrementAndGet();
        items.addAndGet(-entry.getValue().length);
        forgotten.add(new Forgotten(entry.getKey(), entry.getValue()));
    }

    private static long[] with(long @Nullable [] sorted, long id) {
        if (sorted == null) {
            return new long[] {id};
        }
        int at = Arrays.binarySearch(sorted, id);
        if (at >= 0) {
            return sorted;
        }
        long[] more = new long[sorted.length + 1];
        int place = -at - 1;
        System.arraycopy(sorted, 0, more, 0, place);
        more[place] = id;
        System.arraycopy(sorted, place, more, place + 1, sorted.length - place);
        return more;
    }

    private long[] forget(Key key) {
        Part part = part(key);
        synchronized (part) {
            long[] readers = part.readers.remove(key);
            if (readers == null) {
                return new long[0];
            }
            keys.decrementAndGet();
            items.addAndGet(-readers.length);
            return readers;
        }
    }

    // What is told.

    /** Tells of keys that have changed; {@code by} changed them, null for nobody. */
    void changed(Collection<Key> changed, @Nullable Client by) {
        for (Key key : changed) {
            long[] readers = forget(key);
            if (readers.length > 0) {
                tell(readers, message(List.of(key)), by);
            }
        }
        prefixes.forEach((prefix, listeners) -> {
            List<Key> matching = new ArrayList<>();
            for (Key key : changed) {
                if (startsWith(key.bytes(), prefix.bytes())) {
                    matching.add(key);
                }
            }
            if (!matching.isEmpty()) {
                Message message = message(matching);
                listeners.forEach(client -> tell(client, message, by));
            }
        });
    }

    /** Tells of what was forgotten for want of room. */
    void tellForgotten() {
        for (Forgotten next = forgotten.poll(); next != null; next = forgotten.poll()) {
            tell(next.readers, message(List.of(next.key)), null);
        }
    }

    /** Tells that any key may have changed. */
    void flushed() {
        for (Part part : parts) {
            synchronized (part) {
                keys.addAndGet(-part.readers.size());
                part.readers.values().forEach(readers -> items.addAndGet(-readers.length));
                part.readers.clear();
            }
        }
        Message message = message(null);
        trackers.forEach(client -> tell(client, message, null));
    }

    private static boolean startsWith(byte[] bytes, byte[] prefix) {
        return bytes.length >= prefix.length && Arrays.equals(bytes, 0, prefix.length, prefix, 0, prefix.length);
    }

    private static Message message(@Nullable List<Key> changed) {
        return Message.of(out -> {
            if (out.isThree()) {
                out.push(2);
                out.bulk(INVALIDATE);
            } else {
                out.array(3);
                out.bulk(MESSAGE);
                out.bulk(CHANNEL);
            }
            if (changed == null) {
                out.nil();
            } else {
                out.array(changed.size());
                changed.forEach(key -> out.bulk(key.bytes()));
            }
        });
    }

    private void tell(long[] readers, Message message, @Nullable Client by) {
        for (long id : readers) {
            Client client = clients.numbered(id);
            Tracking how = client == null ? null : client.tracking();
            if (client != null && how != null && !how.broadcasts()) {
                tell(client, message, by);
            }
        }
    }

    @SuppressWarnings("ReferenceEquality") // the very same client
    private void tell(Client client, Message message, @Nullable Client by) {
        Tracking how = client.tracking();
        if (how == null || (how.skipsOwn() && client == by)) {
            return;
        }
        Client target = how.redirect() == 0 ? client : clients.numbered(how.redirect());
        if (target == null) {
            client.redirectBroken();
            if (client.isThree()) {
                client.line().deliver(broken(how.redirect()));
            }
        } else if (target.isThree() || (how.redirect() != 0 && target.isListening())) {
            target.line().deliver(message);
        }
    }

    private static Message broken(long redirect) {
        return Message.of(out -> {
            out.push(2);
            out.bulk(BROKEN);
            out.integer(redirect);
        });
    }
}
