package dev.larder.server.client;

import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** All who are connected, by number. Thread-safe. */
public final class Clients {
    private final Map<Long, Client> all = new ConcurrentSkipListMap<>();
    private final AtomicLong lastId = new AtomicLong();
    private final AtomicInteger count = new AtomicInteger();
    private final AtomicLong received = new AtomicLong();
    private final AtomicLong rejected = new AtomicLong();

    /** A number for a new one. */
    public long nextId() {
        return lastId.incrementAndGet();
    }

    /** Takes a place among {@code most}; whether there was one. Whoever took one gives it back by {@link #left}. */
    public boolean enter(int most) {
        if (count.incrementAndGet() > most) {
            count.decrementAndGet();
            rejected.incrementAndGet();
            return false;
        }
        received.incrementAndGet();
        return true;
    }

    /** One that took a place is known from now on. */
    public void add(Client client) {
        all.put(client.id(), client);
    }

    /** One that took a place has gone. */
    public void left(Client client) {
        all.remove(client.id());
        count.decrementAndGet();
    }

    /** How many there are. */
    public int count() {
        return count.get();
    }

    /** How many were let in since {@link #resetCounters}. */
    public long received() {
        return received.get();
    }

    /** How many found no place since {@link #resetCounters}. */
    public long rejected() {
        return rejected.get();
    }

    /** Counts from 0. */
    public void resetCounters() {
        received.set(0);
        rejected.set(0);
    }

    /** The one of a number, or null. */
    public @Nullable Client numbered(long id) {
        return all.get(id);
    }

    /** All of them, the oldest first; may change meanwhile. */
    public Collection<Client> all() {
        return all.values();
    }
}
