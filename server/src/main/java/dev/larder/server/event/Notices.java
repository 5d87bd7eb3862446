package dev.larder.server.event;

import dev.larder.server.client.Client;
import dev.larder.server.client.Clients;
import dev.larder.server.client.Key;
import dev.larder.server.client.Tracking;
import dev.larder.server.config.EventFlags;
import dev.larder.server.store.Entry;
import dev.larder.server.store.Slice;
import dev.larder.server.store.StoreListener;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What became of keys, noted where it happens, under the lock of a shard, and told when no lock is held: the thread that
 * noted it calls {@link #flush} at the end of its command. So nobody is called and nothing is sent under a lock, and a
 * listener that looks at the key finds what it was told of, or something later.
 *
 * <p>What one thread does to a key is told in its order. Of two threads that change one key, the second may be told of
 * first. Where nobody wants to hear of anything, all of it costs one volatile read for each change. Thread-safe.
 */
public final class Notices implements StoreListener {
    /** Besides the bits of events: changes are told to clients that cache. */
    static final int CHANGES = 1 << 30;

    private static final int ANY = -1;
    private static final byte[] NO_KEY = {};
    private static final int KEPT = 1_024;
    /** Noted by threads that have not joined, and not yet told by others. */
    private static final int MOST_STRAYS = 1 << 20;

    private static final byte[] KEYSPACE = ascii("__keyspace@");
    private static final byte[] KEYEVENT = ascii("__keyevent@");
    private static final byte[] END = ascii("__:");

    @SuppressWarnings("ThreadLocalUsage") // each server has its own
    private final ThreadLocal<@Nullable List<Notice>> mine = new ThreadLocal<>();

    private final Queue<Notice> strays = new ConcurrentLinkedQueue<>();
    private final AtomicInteger strayCount = new AtomicInteger();
    /** There were more of them, so that any key may have changed. */
    private volatile boolean isOverflown;

    private volatile Publisher publisher = (channel, text) -> {};
    private final Invalidations invalidations;
    /** Classes of events that are told of. */
    private volatile int events;
    /** The same, and {@link #CHANGES}. */
    private volatile int wanted;

    /** Sends a message to whoever listens to a channel. */
    @FunctionalInterface
    public interface Publisher {
        /** Sends one; called under no lock. */
        void publish(byte[] channel, byte[] text);
    }

    @SuppressWarnings("ArrayRecordComponent") // carried along, compared by nobody
    private record Notice(@Nullable Event event, int database, byte[] key) {}

    /** @param clients who may be told that what they cached is old */
    public Notices(Clients clients) {
        this.invalidations = new Invalidations(clients);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Where events go. */
    public void to(Publisher target) {
        publisher = target;
    }

    /** Which events are told of, as {@code notify-keyspace-events} has it. */
    public synchronized void want(String letters) {
        events = EventFlags.effective(EventFlags.parse(letters));
        follow();
    }

    private synchronized void follow() {
        wanted = events | (invalidations.isOn() ? CHANGES : 0);
    }

    /** Which clients have read what. */
    public Invalidations invalidations() {
        return invalidations;
    }

    /** Tells a client of changes to what it caches from now on. */
    public void start(Client client, Tracking how) {
        invalidations.start(client, how);
        follow();
    }

    /** Tells a client no longer. */
    public void stop(Client client) {
        if (client.tracking() != null) {
            invalidations.stop(client);
            follow();
        }
    }

    /** Whether anybody wants to hear of anything. */
    public boolean isOn() {
        return wanted != 0;
    }

    /** Notes what became of the key of an entry that is open. */
    public void note(Event event, Entry entry) {
        if (wanted != 0) {
            int database = entry.database();
            byte[] key = entry.key().toBytes();
            if (entry.isNewborn()) {
                note(Event.NEW, database, key);
            }
            note(event, database, key);
            if (event.isChange()) {
                entry.told();
            }
        }
    }

    private void note(Event event, int database, byte[] key) {
        if ((wanted & event.wanting()) != 0) {
            add(new Notice(event, database, key));
        }
    }

    /** Notes that any key may have changed. */
    public void noteFlush() {
        if ((wanted & CHANGES) != 0) {
            add(new Notice(null, ANY, NO_KEY));
        }
    }

    /** Notes that a key may have changed, for what went wrong in the midst of it, and no event is told. */
    public void noteDoubt(byte[] key) {
        if ((wanted & CHANGES) != 0) {
            add(new Notice(null, 0, key));
        }
    }

    /** Whatever changes a key, this is how clients that cache it get to know, where no event has told them already. */
    @Override
    public void changed(int database, Slice key) {
        if ((wanted & CHANGES) != 0) {
            add(new Notice(null, database, key.toBytes()));
        }
    }

    private void add(Notice notice) {
        List<Notice> list = mine.get();
        if (list != null) {
            list.add(notice);
        } else if (strayCount.incrementAndGet() <= MOST_STRAYS) {
            strays.add(notice);
        } else {
            strayCount.decrementAndGet();
            isOverflown = true;
        }
    }

    @Override
    public void evicted(int database, Slice key) {
        if (wanted != 0) {
            note(Event.EVICTED, database, key.toBytes());
        }
    }

    @Override
    public void expired(int database, Slice key) {
        if (wanted != 0) {
            note(Event.EXPIRED, database, key.toBytes());
        }
    }

    @Override
    public void fieldsExpired(int database, Slice key, boolean isEmpty) {
        if (wanted != 0) {
            byte[] bytes = key.toBytes();
            note(Event.HEXPIRED, database, bytes);
            if (isEmpty) {
                note(Event.DEL, database, bytes);
            }
        }
    }

    /** This thread flushes after each command; what it notes is its own to tell. */
    public void join() {
        if (mine.get() == null) {
            mine.set(new ArrayList<>());
        }
    }

    /**
     * Tells what this thread noted, and what threads noted that have not {@linkplain #join joined}. To be called by every
     * thread that runs commands, after each, when it holds no lock.
     *
     * @param by whose command it was; null for nobody's
     */
    public void flush(@Nullable Client by) {
        if (wanted == 0) {
            return;
        }
        if (!strays.isEmpty()) {
            List<Notice> others = new ArrayList<>();
            for (Notice stray = strays.poll(); stray != null; stray = strays.poll()) {
                strayCount.decrementAndGet();
                others.add(stray);
            }
            tell(others, null);
        }
        if (isOverflown) {
            isOverflown = false;
            invalidations.flushed();
        }
        invalidations.tellForgotten();
        List<Notice> list = mine.get();
        if (list != null && !list.isEmpty()) {
            tell(list, by);
            if (list.size() > KEPT) {
                mine.set(new ArrayList<>());
            }
            list.clear();
        }
    }

    private void tell(List<Notice> notices, @Nullable Client by) {
        boolean isTracking = (wanted & CHANGES) != 0;
        Set<Key> changed = new LinkedHashSet<>();
        for (Notice notice : notices) {
            Event event = notice.event;
            if (event != null) {
                publish(notice, event);
            }
            if (event == null && notice.database == ANY) {
                changed.clear();
                invalidations.flushed();
            } else if (isTracking && (event == null || event.isChange())) {
                changed.add(new Key(notice.key));
            }
        }
        if (!changed.isEmpty()) {
            invalidations.changed(changed, by);
        }
    }

    private void publish(Notice notice, Event event) {
        int flags = events;
        if ((flags & event.bit()) == 0) {
            return;
        }
        if ((flags & EventFlags.KEYSPACE) != 0) {
            publisher.publish(channel(KEYSPACE, notice.database, notice.key), event.text());
        }
        if ((flags & EventFlags.KEYEVENT) != 0) {
            publisher.publish(channel(KEYEVENT, notice.database, event.text()), notice.key);
        }
    }

    private static byte[] channel(byte[] kind, int database, byte[] name) {
        byte[] number = ascii(Integer.toString(database));
        byte[] channel = new byte[kind.length + number.length + END.length + name.length];
        int at = 0;
        for (byte[] part : new byte[][] {kind, number, END, name}) {
            System.arraycopy(part, 0, channel, at, part.length);
            at += part.length;
        }
        return channel;
    }
}
