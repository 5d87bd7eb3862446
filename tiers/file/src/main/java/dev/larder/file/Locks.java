package dev.larder.file;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A fixed number of locks that threads and processes share: the bytes of one lock file. Thread-safe.
 *
 * <p>Two locks are taken for each: a JVM lock, because the system's locks belong to the process and not to the thread, and
 * then the byte's lock in the file. The system lets go of the second when the process dies, however it dies. Three traps
 * shape this class:
 *
 * <ul>
 *   <li>Closing <em>any</em> channel of a file drops all locks that the process has on it. So each folder has one channel in
 *       a process, shared and counted in {@link #OPEN}.
 *   <li>The blocking call of the system takes processes whose threads hold different locks for a deadlock, and fails. So
 *       locks are tried again and again with short pauses, which bounds the wait too.
 *   <li>A lock file that was removed and made again is another file. So each lock, once taken, is checked to be on the file
 *       that has the name now.
 * </ul>
 *
 * <p>Order, for who takes several: sweep, stripe, cache, tags, clock, usage. The bus's are taken alone.
 */
final class Locks {
    /** The locks, by what they guard; a key's hash chooses among those of its kind. */
    enum Guard {
        STRIPE(0, 256),
        CACHE(256, 64),
        BUS(320, 64),
        CLOCK(384, 1),
        USAGE(385, 1),
        SWEEP(386, 1),
        TAGS(387, 64);

        private final int first;
        private final int count;

        Guard(int first, int count) {
            this.first = first;
            this.count = count;
        }

        private int byteOf(int hash) {
            return first + Math.floorMod(hash, count);
        }
    }

    /** A lock that is held, by the thread that took it. */
    static final class Held implements AutoCloseable {
        private final ReentrantLock thread;
        private final FileLock process;

        private Held(ReentrantLock thread, FileLock process) {
            this.thread = thread;
            this.process = process;
        }

        @Override
        public void close() throws IOException {
            try {
                process.release();
            } catch (ClosedChannelException e) { // then the lock went with the channel
                return;
            } finally {
                thread.unlock();
            }
        }
    }

    private static final Map<Path, Locks> OPEN = new HashMap<>();
    private static final int BYTES = 451;
    private static final long PATIENCE_MILLIS = 2_000;
    private static final int SPINS = 50;
    private static final int SHORT_PAUSES = 100;
    private static final long SHORT_PAUSE_NANOS = 100_000;
    private static final long PAUSE_NANOS = 1_000_000;

    private final Folder folder;
    private final Path file;
    private final ReentrantLock[] threads = new ReentrantLock[BYTES];
    private int users;
    private volatile @Nullable Opened opened;

    /** The lock file, open; told from another by its own identity. */
    private static final class Opened {
        final FileChannel channel;
        final @Nullable Object identity;

        Opened(FileChannel channel, @Nullable Object identity) {
            this.channel = channel;
            this.identity = identity;
        }
    }

    private Locks(Folder folder) {
        this.folder = folder;
        this.file = folder.path().resolve(Names.LOCK);
        for (int i = 0; i < BYTES; i++) {
            threads[i] = new ReentrantLock();
        }
    }

    /** The locks of {@code folder} in this process; each call is paid back by one of {@link #leave}. */
    static Locks of(Folder folder) {
        synchronized (OPEN) {
            Locks locks = OPEN.computeIfAbsent(folder.realPath(), absent -> new Locks(folder));
            locks.users++;
            return locks;
        }
    }

    /** Not before all steps are done: the last one to leave closes the file, and all locks on it are gone. */
    void leave() throws IOException {
        synchronized (OPEN) {
            if (--users == 0) {
                OPEN.values().remove(this);
                Opened last = opened;
                opened = null;
                if (last != null) {
                    last.channel.close();
                }
            }
        }
    }

    /** Waits for a lock, two seconds at most; then it fails. */
    Held hold(Guard guard, int hash) throws IOException {
        int number = guard.byteOf(hash);
        ReentrantLock thread = threads[number];
        try {
            if (!thread.tryLock(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
                throw busy(guard);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while waiting for a lock", e);
        }
        return Objects.requireNonNull(withThread(thread, () -> {
            for (int tries = 0; ; tries++) {
                FileLock lock = attempt(number);
                if (lock != null) {
                    return lock;
                }
                pause(guard, tries);
            }
        }));
    }

    /** The lock if nobody holds it, else null. */
    @Nullable Held tryHold(Guard guard) throws IOException {
        ReentrantLock thread = threads[guard.byteOf(0)];
        if (!thread.tryLock()) {
            return null;
        }
        return withThread(thread, () -> attempt(guard.byteOf(0)));
    }

    @FunctionalInterface
    private interface Taking {
        @Nullable FileLock take() throws IOException;
    }

    private @Nullable Held withThread(ReentrantLock thread, Taking taking) throws IOException {
        Held held = null;
        try {
            FileLock lock = taking.take();
            held = lock == null ? null : new Held(thread, lock);
            return held;
        } finally {
            if (held == null) {
                thread.unlock();
            }
        }
    }

    private static void pause(Guard guard, int tries) throws IOException {
        if (tries < SPINS) {
            Thread.onSpinWait();
        } else if (tries < SPINS + SHORT_PAUSES) {
            LockSupport.parkNanos(SHORT_PAUSE_NANOS);
        } else if (tries < SPINS + SHORT_PAUSES + PATIENCE_MILLIS) {
            LockSupport.parkNanos(PAUSE_NANOS);
        } else {
            throw busy(guard);
        }
    }

    private static IOException busy(Guard guard) {
        return new IOException("a lock (" + guard + ") was held by others for longer than " + PATIENCE_MILLIS
                + " ms. A process that uses the folder may be suspended.");
    }

    private @Nullable FileLock attempt(int number) throws IOException {
        Opened used = open();
        FileLock lock;
        try {
            lock = used.channel.tryLock(number, 1, false);
        } catch (OverlappingFileLockException e) { // a class loader beside this one has the folder open too
            return null;
        } catch (ClosedChannelException e) { // somebody noticed that the file is another one
            forget(used);
            return null;
        }
        if (lock == null) {
            return null;
        }
        if (!isStill(used)) {
            lock.release();
            forget(used);
            return null;
        }
        return lock;
    }

    private boolean isStill(Opened used) throws IOException {
        BasicFileAttributes now = LocalDisk.attributes(file);
        return now != null && Objects.equals(now.fileKey(), used.identity);
    }

    private synchronized void forget(Opened gone) throws IOException {
        if (opened == gone) {
            opened = null;
            gone.channel.close();
        }
    }

    private Opened open() throws IOException {
        Opened now = opened;
        return now != null ? now : openFile();
    }

    private synchronized Opened openFile() throws IOException {
        Opened now = opened;
        if (now != null) {
            return now;
        }
        folder.check(); // the first time, or after somebody removed the lock file and perhaps the folder
        BasicFileAttributes before = LocalDisk.attributes(file);
        if (before == null) {
            before = create();
        }
        if (before == null || !before.isRegularFile()) {
            throw new IOException(file + " must be a file of its own and is none, or a symbolic link, which is not"
                    + " followed. Remove it.");
        }
        FileChannel channel = FileChannel.open(
                file, Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
        Opened fresh = new Opened(channel, before.fileKey());
        opened = fresh;
        return fresh; // if it was replaced since, the check after locking sees it
    }

    private @Nullable BasicFileAttributes create() throws IOException {
        try {
            FileChannel.open(
                            file,
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                            folder.ofFiles())
                    .close();
        } catch (FileAlreadyExistsException e) { // another process was first
            return LocalDisk.attributes(file);
        }
        return LocalDisk.attributes(file);
    }
}
