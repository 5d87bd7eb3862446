package dev.larder.server.event;

import dev.larder.server.config.EventFlags;
import dev.larder.server.store.Entry;
import dev.larder.server.store.Slice;
import dev.larder.server.store.StoreListener;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
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
    private static final int KEPT = 1_024;
    /** Noted by threads that have never flushed, and not yet told by others. */
    private static final int MOST_STRAYS = 1 << 20;

    private static final byte[] KEYSPACE = ascii("__keyspace@");
    private static final byte[] KEYEVENT = ascii("__keyevent@");
    private static final byte[] END = ascii("__:");

    @SuppressWarnings("ThreadLocalUsage") // each server has its own
    private final ThreadLocal<@Nullable List<Notice>> mine = new ThreadLocal<>();

    private final Queue<Notice> strays = new ConcurrentLinkedQueue<>();
    private final AtomicInteger strayCount = new AtomicInteger();
    private volatile Publisher publisher = (channel, text) -> {};
    private volatile int wanted;

    /** Sends a message to whoever listens to a channel. */
    @FunctionalInterface
    public interface Publisher {
        /** Sends one; called under no lock. */
        void publish(byte[] channel, byte[] text);
    }

    @SuppressWarnings("ArrayRecordComponent") // carried along, compared by nobody
    private record Notice(Event event, int database, byte[] key) {}

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Where events go. */
    public void to(Publisher target) {
        publisher = target;
    }

    /** Which events are told of, as {@code notify-keyspace-events} has it. */
    public void want(String letters) {
        wanted = EventFlags.effective(EventFlags.parse(letters));
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
        }
    }

    private void note(Event event, int database, byte[] key) {
        if ((wanted & event.bit()) == 0) {
            return;
        }
        Notice notice = new Notice(event, database, key);
        List<Notice> list = mine.get();
        if (list != null) {
            list.add(notice);
        } else if (strayCount.incrementAndGet() <= MOST_STRAYS) {
            strays.add(notice);
        } else {
            strayCount.decrementAndGet();
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

    /**
     * Tells what this thread noted, and what threads noted that never call this. To be called by every thread that runs
     * commands, after each, when it holds no lock.
     */
    public void flush() {
        if (wanted == 0) {
            return;
        }
        List<Notice> list = mine.get();
        if (list == null) {
            list = new ArrayList<>();
            mine.set(list);
        }
        for (Notice stray = strays.poll(); stray != null; stray = strays.poll()) {
            strayCount.decrementAndGet();
            tell(stray);
        }
        if (!list.isEmpty()) {
            list.forEach(this::tell);
            if (list.size() > KEPT) {
                mine.set(new ArrayList<>());
            }
            list.clear();
        }
    }

    private void tell(Notice notice) {
        int flags = wanted;
        if ((flags & EventFlags.KEYSPACE) != 0) {
            publisher.publish(channel(KEYSPACE, notice.database, notice.key), notice.event.text());
        }
        if ((flags & EventFlags.KEYEVENT) != 0) {
            publisher.publish(channel(KEYEVENT, notice.database, notice.event.text()), notice.key);
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
