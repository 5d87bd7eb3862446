package dev.larder.file;

import dev.larder.file.Locks.Guard;
import dev.larder.file.Locks.Held;
import dev.larder.file.LogCursor.End;
import dev.larder.tier.BusPosition;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The bus of one namespace: a log that every process appends to under a lock, and reads without one.
 *
 * <p><b>Proof.</b> Whoever published has appended before it returned. So a reader that looks which file is the log, and
 * then reads to the end, has heard all that was published before it looked.
 *
 * <p><b>Gaps.</b> Records are numbered. A log that has grown too long is replaced by an empty one whose first number goes
 * on where the old one ended; a reader still has the old file open, reads it to its end, and sees by the number that it
 * missed nothing, or that it did. A log that is damaged, torn by a writer that was killed, or gone is replaced by one that
 * begins with a random number, which everybody takes for a gap.
 *
 * <p>Nothing is forced to the medium. Processes of one machine share the page cache, so what was written is there for
 * all of them even if the writer dies; and when the machine dies no near tier is left that had to hear of anything.
 *
 * <p>{@link #publish} and {@link #leave} are for any thread; the rest is confined to the bus's thread.
 */
final class Channel {
    /** A longer log is replaced. */
    static final long LONGEST_LOG = 4L << 20;

    private static final int MAX_FILES_AT_ONCE = 8;
    private static final int LOG_BITS = 32;

    private final Resources resources;
    private final String namespace;
    private final Path folder;
    private final Path file;
    private final int lock;
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private @Nullable LogCursor writing;
    private @Nullable LogCursor reading;
    private boolean understood;

    Channel(Resources resources, String namespace) {
        String name = Names.namespace(namespace);
        this.namespace = namespace;
        this.resources = resources;
        this.folder = resources.folder().path().resolve(name);
        this.file = folder.resolve(Names.BUS);
        this.lock = name.hashCode();
    }

    List<Subscription> subscriptions() {
        return subscriptions;
    }

    void leave(Subscription subscription) {
        subscriptions.remove(subscription);
    }

    /**
     * Appends messages; when it returns every process that reads the log from now on hears them. Blocks.
     *
     * @return where the log stands then
     */
    synchronized BusPosition publish(List<BusMessage> messages) throws IOException {
        try (Held held = hold()) {
            Objects.requireNonNull(held);
            LogCursor known = writing;
            writing = null;
            LogCursor log = atEnd(known);
            writing = log;
            if (log.position() > LONGEST_LOG) {
                LogCursor next = begin(log.next());
                writing = next;
                log.close();
                log = next;
            }
            log.append(messages.stream().map(BusMessage::encode).toList());
            return position(log);
        }
    }

    /** Behind the last record read or written. A log that was lost began at random, and far off: another one. */
    private BusPosition position(LogCursor log) {
        long number = log.next();
        return new BusPosition(BusPosition.log("file", namespace, Long.toHexString(number >>> LOG_BITS)), 0, number);
    }

    private Held hold() throws IOException {
        return resources.locks().hold(Guard.BUS, lock);
    }

    /** The end of the log, which is made, or made anew, where need be. The caller holds the lock. */
    private LogCursor atEnd(@Nullable LogCursor known) throws IOException {
        LogCursor log = known;
        if (log == null || !log.isOf(LocalDisk.attributes(file))) {
            log = LogCursor.open(file);
            if (known != null) {
                known.close();
            }
        }
        if (log != null && log.read(payload -> {}) == End.CLEAN) {
            return log;
        }
        LogCursor fresh = begin(ThreadLocalRandom.current().nextLong(Long.MAX_VALUE >>> 1));
        if (log != null) {
            log.close();
        }
        return fresh;
    }

    private LogCursor begin(long first) throws IOException {
        resources.folder().makeFolder(folder);
        resources.disk().replace(file, LogCursor.empty(first));
        LogCursor log = LogCursor.open(file);
        if (log == null) {
            throw new IOException("the bus's log was removed at the moment it was made");
        }
        return log;
    }

    /** Tells the listeners what is new; what came before this call, has been heard when it returns. */
    void poll() throws IOException {
        subscriptions.forEach(Subscription::asking);
        if (!readNews()) {
            try (Held held = hold()) {
                Objects.requireNonNull(held);
                LogCursor known = reading;
                reading = null;
                reading = atEnd(known);
            }
            subscriptions.forEach(Subscription::placed);
        }
        BusPosition position = position(Objects.requireNonNull(reading));
        for (Subscription subscription : subscriptions) {
            subscription.heardAll(position);
        }
    }

    /** False where messages may have been missed. */
    private boolean readNews() throws IOException {
        understood = true;
        for (int files = 0; files < MAX_FILES_AT_ONCE; files++) {
            LogCursor log = reading;
            if (log == null) {
                return false;
            }
            BasicFileAttributes now = LocalDisk.attributes(file); // first: so the old file is at its end if it is old
            if (!readToEnd(log) || !understood) {
                return false;
            }
            if (log.isOf(now)) {
                return true;
            }
            LogCursor newer = LogCursor.open(file);
            if (newer == null) {
                return false;
            }
            reading = newer;
            log.close();
            if (newer.next() != log.next()) {
                return false;
            }
        }
        return false;
    }

    private boolean readToEnd(LogCursor log) throws IOException {
        if (log.read(this::hear) == End.CLEAN) {
            return true;
        }
        try (Held held = hold()) { // perhaps it was being written just then
            Objects.requireNonNull(held);
            return log.read(this::hear) == End.CLEAN;
        }
    }

    private void hear(ByteBuffer payload) {
        BusMessage message = BusMessage.decode(payload);
        if (message == null) {
            understood = false; // from a later version, which may have named keys that are here
        } else {
            subscriptions.forEach(subscription -> subscription.hear(message));
        }
    }

    /** Lets go of the files. Nobody publishes or polls any more. */
    synchronized void close() throws IOException {
        LogCursor written = writing;
        LogCursor read = reading;
        writing = null;
        reading = null;
        if (written != null) {
            written.close();
        }
        if (read != null) {
            read.close();
        }
    }
}
