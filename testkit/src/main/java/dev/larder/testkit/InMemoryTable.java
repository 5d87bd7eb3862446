package dev.larder.testkit;

import dev.larder.bus.BusListener;
import dev.larder.failure.TierException;
import dev.larder.tier.Acquired;
import dev.larder.tier.BusPosition;
import dev.larder.tier.FarValue;
import dev.larder.tier.LeaseRequest;
import dev.larder.time.Ticker;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The entries, leases, generations and listeners of one cache in an {@link InMemoryServer}. Every operation is one
 * atomic step, as a script is in Redis. Thread-safe: guarded by this object's lock; listeners are called without it.
 */
final class InMemoryTable {
    private static final String LOG_KIND = "in-memory";
    private static final byte SOFTLY_EXPIRED = 'S';

    private final Ticker ticker;
    private final InMemoryTags tags;
    private final List<InMemoryBus> listeners = new ArrayList<>();
    private final Set<String> ownLogs = new HashSet<>();
    private Generation current = new Generation();
    private @Nullable Rebuild rebuild;
    private BusPosition published = freshLog();
    private boolean busCut;

    /** One value; a tombstone of a rebuild has none. Immutable but for the array, which nobody changes. */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    private record Entry(byte @Nullable [] bytes, long endNanos) {}

    private record Lease(String token, long endNanos) {}

    private static final class Generation {
        final Map<String, Entry> entries = new HashMap<>();
        final Map<String, Lease> leases = new HashMap<>();
    }

    /** A generation that nobody reads yet; its identity is its place. */
    static final class Rebuild {
        private final Generation next = new Generation();
    }

    InMemoryTable(Ticker ticker, boolean busCut) {
        this.ticker = ticker;
        this.tags = new InMemoryTags(ticker);
        this.busCut = busCut;
    }

    InMemoryTags tags() {
        return tags;
    }

    synchronized @Nullable FarValue get(String key) {
        Entry entry = live(key);
        return entry == null ? null : valueOf(entry);
    }

    synchronized Acquired acquire(String key, LeaseRequest request) {
        FarValue value = get(key);
        if (value != null && value.bytes()[0] != SOFTLY_EXPIRED && outlives(value, request.softWindowMillis())) {
            return new Acquired.Hit(value);
        }
        Lease lease = current.leases.get(key);
        if (lease != null && lease.endNanos() > ticker.nanos()) {
            long leftNanos = lease.endNanos() - ticker.nanos();
            return new Acquired.Lost(value, Math.max(1, TimeUnit.NANOSECONDS.toMillis(leftNanos)));
        }
        current.leases.put(key, new Lease(request.token(), end(request.leaseMillis())));
        return new Acquired.Won(value);
    }

    synchronized boolean fill(String key, String token, FarValue value) {
        if (!holds(key, token)) {
            return false;
        }
        current.leases.remove(key);
        current.entries.put(key, entryOf(value));
        return true;
    }

    synchronized boolean renew(String key, String token, long leaseMillis) {
        boolean held = holds(key, token);
        if (held) {
            current.leases.put(key, new Lease(token, end(leaseMillis)));
        }
        return held;
    }

    synchronized void release(String key, String token) {
        if (holds(key, token)) {
            current.leases.remove(key);
        }
    }

    synchronized void invalidate(Collection<String> keys) {
        for (String key : keys) {
            evict(key);
            buryInNext(key);
        }
    }

    synchronized void retire(String key, FarValue seen, long keepMillis) {
        Entry entry = live(key);
        if (entry == null || !Arrays.equals(entry.bytes(), seen.bytes())) {
            return;
        }
        if (keepMillis == 0) {
            current.entries.remove(key);
        } else {
            age(key, entry, keepMillis);
        }
    }

    synchronized void expire(String key, long maxStaleMillis) {
        current.leases.remove(key);
        Entry entry = live(key);
        if (entry == null || entry.bytes() == null) {
            return;
        }
        age(key, entry, maxStaleMillis);
    }

    private void age(String key, Entry entry, long keepMillis) {
        byte[] bytes = Objects.requireNonNull(entry.bytes()).clone();
        bytes[0] = SOFTLY_EXPIRED;
        current.entries.put(key, new Entry(bytes, Math.min(entry.endNanos(), end(keepMillis))));
    }

    synchronized void beginWrite(String key, String token, long leaseMillis) {
        current.entries.remove(key);
        current.leases.put(key, new Lease(token, end(leaseMillis)));
        buryInNext(key);
    }

    synchronized boolean commitWrite(String key, String token, FarValue value) {
        buryInNext(key);
        boolean stored = fill(key, token, value);
        if (!stored) {
            evict(key);
        }
        return stored;
    }

    synchronized void clear() {
        current = new Generation();
        rebuild = null;
    }

    synchronized Rebuild startRebuild() {
        if (rebuild != null) {
            throw new TierException("another rebuild of this cache is running; try again when it has ended", null);
        }
        rebuild = new Rebuild();
        return rebuild;
    }

    /** Adds rows where the next generation has nothing; returns how many it left alone. */
    synchronized int write(Rebuild mine, Map<String, FarValue> rows) {
        if (rebuild != mine) {
            throw new TierException(
                    "the rebuild has lost its place: it stalled, ended, or the cache was cleared", null);
        }
        int leftAlone = 0;
        for (Map.Entry<String, FarValue> row : rows.entrySet()) {
            if (mine.next.entries.putIfAbsent(row.getKey(), entryOf(row.getValue())) != null) {
                leftAlone++;
            }
        }
        return leftAlone;
    }

    synchronized boolean commit(Rebuild mine) {
        if (rebuild != mine) {
            return false;
        }
        current = mine.next;
        rebuild = null;
        return true;
    }

    synchronized void abort(Rebuild mine) {
        if (rebuild == mine) {
            rebuild = null;
        }
    }

    synchronized void stallRebuild() {
        rebuild = null;
    }

    synchronized void evict(String key) {
        current.entries.remove(key);
        current.leases.remove(key);
    }

    synchronized void evictLease(String key) {
        current.leases.remove(key);
    }

    synchronized int entries() {
        return (int) current.entries.keySet().stream()
                .filter(key -> {
                    Entry entry = live(key);
                    return entry != null && entry.bytes() != null;
                })
                .count();
    }

    synchronized InMemoryBus listen(BusListener listener) {
        InMemoryBus bus = new InMemoryBus(listener, ticker, busCut, published);
        listeners.add(bus);
        return bus;
    }

    synchronized void stopListening(InMemoryBus bus) {
        listeners.remove(bus);
    }

    /** Hands {@code message} to everyone but {@code sender}; each has it in hand when this returns. */
    BusPosition publish(InMemoryBus sender, Consumer<BusListener> message) {
        List<InMemoryBus> receivers;
        BusPosition position;
        synchronized (this) {
            published = new BusPosition(published.log(), 0, published.low() + 1);
            position = published;
            for (InMemoryBus bus : listeners) {
                bus.enqueue(new InMemoryBus.Message(bus == sender ? own -> {} : message, position));
            }
            receivers = List.copyOf(listeners);
        }
        receivers.forEach(InMemoryBus::deliver);
        return position;
    }

    /** Whether {@code position} is of the messages of another cache. */
    synchronized boolean isOfAnother(BusPosition position) {
        return position.log().startsWith(LOG_KIND + '-') && !ownLogs.contains(position.log());
    }

    private BusPosition freshLog() {
        String log = BusPosition.log(LOG_KIND, UUID.randomUUID().toString());
        ownLogs.add(log);
        return new BusPosition(log, 0, 0);
    }

    void cutBus() {
        List<InMemoryBus> all;
        synchronized (this) {
            busCut = true;
            all = List.copyOf(listeners);
        }
        all.forEach(InMemoryBus::cut);
    }

    void healBus(boolean withGap) {
        List<InMemoryBus> all;
        BusPosition end;
        synchronized (this) {
            busCut = false;
            all = List.copyOf(listeners);
            end = published;
        }
        all.forEach(bus -> bus.heal(withGap, end));
    }

    void restartEmpty() {
        clear();
        tags.restartEmpty();
        synchronized (this) {
            published = freshLog();
        }
        healBus(true);
    }

    private @Nullable Entry live(String key) {
        Entry entry = current.entries.get(key);
        if (entry != null && entry.endNanos() <= ticker.nanos()) {
            current.entries.remove(key);
            return null;
        }
        return entry;
    }

    private @Nullable FarValue valueOf(Entry entry) {
        byte[] bytes = entry.bytes();
        if (bytes == null) {
            return null;
        }
        long leftMillis = entry.endNanos() == Ticker.NEVER
                ? -1
                : TimeUnit.NANOSECONDS.toMillis(entry.endNanos() - ticker.nanos());
        return new FarValue(bytes, leftMillis);
    }

    private static boolean outlives(FarValue value, long softWindowMillis) {
        return value.leftMillis() < 0 || value.leftMillis() > softWindowMillis;
    }

    private boolean holds(String key, String token) {
        Lease lease = current.leases.get(key);
        return lease != null && lease.token().equals(token) && lease.endNanos() > ticker.nanos();
    }

    /** A tombstone in the generation being built: rows of the stream, read before, must not come to life. */
    private void buryInNext(String key) {
        if (rebuild != null) {
            rebuild.next.entries.put(key, new Entry(null, Ticker.NEVER));
            rebuild.next.leases.remove(key);
        }
    }

    private Entry entryOf(FarValue value) {
        return new Entry(value.bytes(), value.leftMillis() < 0 ? Ticker.NEVER : end(value.leftMillis()));
    }

    private long end(long millis) {
        return Ticker.after(ticker.nanos(), TimeUnit.MILLISECONDS.toNanos(millis));
    }
}
