package dev.larder.file;

import dev.larder.bus.BusListener;
import dev.larder.tier.FarCache;
import dev.larder.tier.FarCacheOptions;
import dev.larder.tier.FarTier;
import dev.larder.tier.TierFactory.Context;
import dev.larder.time.Scheduler.Scheduled;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A folder on a local disk as a tier. Thread-safe.
 *
 * <p>Work on the disk is done by {@value #THREADS} threads, the bus has one and the sweeper another. Open files: one for
 * the locks, one for each cache and another if it has tags, two for each namespace, and one for each thread at work.
 */
final class FileTier implements FarTier {
    private static final Logger LOG = System.getLogger(FileTier.class.getName());
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
    private static final int THREADS = 4;

    private final String name;
    private final Context context;
    private final Resources resources;
    private final Workers workers;
    private final Bus bus;
    private final Sweeper sweeper;
    private final Set<FileCache> caches = ConcurrentHashMap.newKeySet();
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final AtomicBoolean closed = new AtomicBoolean();

    /** What the tier takes from the machine, so that tests can give it something else. */
    record Machine(Disk disk, WallClock wall, String boot) {
        static Machine of(Folder folder) {
            return new Machine(new LocalDisk(folder), new FolderClock(folder), bootId());
        }
    }

    FileTier(FileAddress address, Context context, Folder folder, Machine machine) {
        this.name = address.toString();
        this.context = context;
        Locks locks = Locks.of(folder);
        Path path = folder.path();
        this.resources = new Resources(
                folder,
                machine.disk(),
                locks,
                new MachineClock(path, machine.disk(), locks, machine.wall(), context.ticker(), machine.boot()),
                new Usage(path, machine.disk(), locks, address.maxBytes()));
        AtomicInteger running = new AtomicInteger(3);
        Runnable afterwards = () -> {
            if (running.decrementAndGet() == 0) {
                release();
            }
        };
        this.workers = new Workers(name, "larder-file", THREADS, afterwards).endingIdle();
        this.bus = new Bus(this, afterwards);
        this.sweeper = new Sweeper(this, afterwards);
    }

    /** Opens the tier; refuses a folder that cannot be trusted, and is content with one that cannot be had just now. */
    static FileTier open(FileAddress address, Context context) {
        Folder folder = new Folder(address.folder());
        try {
            folder.check();
        } catch (Folder.RefusedException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        } catch (IOException e) {
            LOG.log(Level.WARNING, address + " cannot be used yet; reads go on without it", e);
        }
        return new FileTier(address, context, folder, Machine.of(folder)).start();
    }

    FileTier start() {
        // Soon, so that it notices if the wall clock goes back; if it fails now, the first step tries again.
        var unused = workers.answer(resources.clock()::now);
        sweeper.start();
        return this;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean isLocal() {
        return true;
    }

    @Override
    public FarCache cache(FarCacheOptions options, BusListener listener) {
        if (closed.get()) {
            throw new IllegalStateException(
                    "tier " + name + " is closed; cache '" + options.cache() + "' has no use of it");
        }
        FileCache cache = new FileCache(this, options, listener);
        caches.add(cache);
        return cache;
    }

    /** {@code cache} was closed. */
    void forget(FileCache cache) {
        caches.remove(cache);
    }

    @Override
    public CompletionStage<Void> ping() {
        return workers.<@Nullable Void>answer(() -> {
            resources.folder().check();
            resources.clock().now();
            return null;
        });
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            sweeper.close();
            bus.close();
            workers.close();
        }
    }

    /** Completes when, after {@link #close}, the last step is done and no file is held any more. */
    CompletionStage<Void> ended() {
        return ended;
    }

    Resources resources() {
        return resources;
    }

    Workers workers() {
        return workers;
    }

    Bus bus() {
        return bus;
    }

    Sweeper sweeper() {
        return sweeper;
    }

    long nanos() {
        return context.ticker().nanos();
    }

    /** Runs {@code task} on the scheduler, later; null where the tier or the scheduler is closed. */
    @Nullable Scheduled later(Runnable task, long delayNanos) {
        if (closed.get()) {
            return null;
        }
        try {
            return context.scheduler().schedule(task, delayNanos);
        } catch (IllegalStateException e) { // the Larder is closing
            return null;
        }
    }

    /** Lets go of all files, when the last thread has ended. */
    private void release() {
        bus.release();
        caches.forEach(FileCache::release);
        try {
            resources.locks().leave();
        } catch (IOException e) { // the system lets go of it with the process
            LOG.log(Level.DEBUG, "the lock file could not be closed", e);
        }
        ended.complete(null);
    }

    /** What tells this run of the machine from the one before; empty where the system does not say. */
    private static String bootId() {
        try {
            return Files.readString(BOOT, StandardCharsets.US_ASCII).strip();
        } catch (IOException e) { // not a Linux
            return "";
        }
    }
}
