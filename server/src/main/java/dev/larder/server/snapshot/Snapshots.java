package dev.larder.server.snapshot;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.larder.server.store.OffHeapStore;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/**
 * Writes a store's entries to a file, and takes them back into a store, while clients work on it.
 *
 * <p>A snapshot is no moment: each entry is as it was at some moment while it was written, a large hash each of its fields.
 * It is written under another name ({@code .new}) and takes the file's place when it is whole and on the disk, so whoever is
 * killed leaves the one before. A third file ({@code .lock}) keeps two processes from writing at once. Expired entries are left out, when it is written and when it is read. Thread-safe.
 */
public final class Snapshots {
    private static final SecureRandom IDS = new SecureRandom();

    private Snapshots() {}

    /**
     * Writes all entries to a file, which only its owner may read. Blocks until that is done: takes some milliseconds of the
     * disk for each MiB. Holds a shard's lock for some entries at a time, and needs about a MiB; more, up to 64 MiB, only for
     * a field that long.
     *
     * @throws IOException if the file cannot be written, or another process is writing it; the one before stays
     * @throws IllegalStateException if the store is loading, for what has not come in yet would be lost
     */
    public static SaveReport save(OffHeapStore store, Path path) throws IOException {
        checkIsNotLoading(store);
        Path fresh = path.resolveSibling(path.getFileName() + ".new");
        Path claim = path.resolveSibling(path.getFileName() + ".lock");
        try (FileChannel claimed = FileChannel.open(claim, Set.of(WRITE, CREATE), ownerOnly());
                FileLock lock = lock(claimed, path)) {
            boolean done = false;
            try {
                SaveReport report = write(store, fresh);
                checkIsNotLoading(store);
                Files.move(fresh, path, ATOMIC_MOVE, REPLACE_EXISTING);
                done = lock.isValid();
                forceFolder(path);
                return report;
            } finally {
                if (!done) {
                    Files.deleteIfExists(fresh);
                }
            }
        }
    }

    /** Whoever was killed may have left some of it. */
    private static SaveReport write(OffHeapStore store, Path fresh) throws IOException {
        Files.deleteIfExists(fresh);
        try (FileChannel out = FileChannel.open(fresh, Set.of(WRITE, CREATE_NEW), ownerOnly())) {
            SaveReport report = new Saver(store, out, IDS.nextLong()).run();
            out.force(true);
            return report;
        }
    }

    private static FileAttribute<?>[] ownerOnly() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }

    private static void checkIsNotLoading(OffHeapStore store) {
        if (store.isLoading()) {
            throw new IllegalStateException("a snapshot must not be saved while one is loaded");
        }
    }

    private static FileLock lock(FileChannel claimed, Path path) throws IOException {
        try {
            FileLock lock = claimed.tryLock();
            if (lock == null) {
                throw new IOException("snapshot '" + path + "' is being written by another process");
            }
            return lock;
        } catch (OverlappingFileLockException e) {
            throw new IOException("snapshot '" + path + "' is being written by another thread", e);
        }
    }

    /** Has the new name reach the disk, where the system can do that for a folder. */
    private static void forceFolder(Path path) throws IOException {
        Path folder = path.toAbsolutePath().getParent();
        if (folder != null
                && FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
            try (FileChannel channel = FileChannel.open(folder, READ)) {
                channel.force(true);
            }
        }
    }

    /**
     * Takes a snapshot's entries into a store that clients use. Blocks until that is done; an interrupt ends it. What clients
     * did since it began wins: see {@link dev.larder.server.store.Loading}. Nothing is evicted for it. A damaged block costs
     * its entries and no others.
     *
     * @throws UnusableSnapshotException if the file is no snapshot, not whole, or of another version; nothing was loaded then
     * @throws IOException if it cannot be read; what was loaded stays
     * @throws IllegalStateException if the store is loading already, or is closed meanwhile
     */
    public static LoadReport load(OffHeapStore store, Path path, Progress progress) throws IOException {
        try (BlockReader in = new BlockReader(path);
                Loader loader = new Loader(store, in.entries(), in.size())) {
            while (in.next()) {
                loader.block(in.payload(), in.length(), in.number());
                progress.reached(in.position(), in.size(), loader.report(0));
            }
            LoadReport report = loader.report(in.damaged());
            progress.reached(in.size(), in.size(), report);
            return report;
        }
    }

    /** Whether a file is there that begins as a snapshot does; what else is there is somebody else's. */
    public static boolean isSnapshot(Path path) throws IOException {
        try (InputStream in = Files.newInputStream(path)) {
            byte[] first = in.readNBytes(Long.BYTES);
            return first.length == Long.BYTES && MemorySegment.ofArray(first).get(Format.LONG, 0) == Format.MAGIC;
        } catch (NoSuchFileException none) {
            return false;
        }
    }

    /** Runs one of these on a daemon thread of its own, of the lowest priority. */
    @SuppressWarnings("ThreadPriorityCheck") // nothing depends on it
    public static <T> CompletableFuture<T> inBackground(String name, Callable<T> work) {
        CompletableFuture<T> outcome = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        outcome.complete(work.call());
                    } catch (Throwable e) { // whoever waits is to hear of it, whatever it is
                        outcome.completeExceptionally(e);
                    }
                },
                name);
        thread.setDaemon(true);
        thread.setPriority(Thread.MIN_PRIORITY);
        thread.start();
        return outcome;
    }
}
