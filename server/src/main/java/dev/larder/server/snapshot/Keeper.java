package dev.larder.server.snapshot;

import dev.larder.server.config.Settings;
import dev.larder.server.rdb.RdbException;
import dev.larder.server.rdb.RdbFile;
import dev.larder.server.store.OffHeapStore;
import dev.larder.server.store.OutOfRoomException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Saves and loads a server's snapshot, or loads a dump of Redis, as its settings say: at the start, at save points, and when a client asks. What goes
 * wrong is logged in a sentence and kept in {@link #state}; nothing here ends a server. Thread-safe.
 *
 * <p>A {@code dbfilename} that ends in {@code .rdb} names a dump of Redis: the snapshot is beside it, with {@code .larder}
 * instead, and a file that is no snapshot is never written over.
 */
@SuppressWarnings("FutureReturnValueIgnored") // what becomes of them is seen to where they end
public final class Keeper implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Keeper.class.getName());
    private static final LoadReport NOTHING = new LoadReport(0, 0, 0, 0, 0, 0);
    private static final String DUMP = ".rdb";
    private static final String OURS = ".larder";
    private static final int RETRY_MILLIS = 5_000;
    private static final int MILLIS = 1_000;
    private static final int PATIENCE_SECONDS = 10;

    private final OffHeapStore store;
    private final Settings settings;
    private final Path file;
    /** A dump of Redis that is loaded where there is no snapshot; may be the snapshot's own name. */
    private final Path dump;

    private volatile List<SavePoint> points;
    private volatile boolean refusesWrites;

    // Guarded by this object's monitor.
    private @Nullable CompletableFuture<SaveReport> saving;
    private @Nullable CompletableFuture<LoadReport> loading;
    private boolean isScheduled;
    private boolean isClosed;
    private boolean isSaved = true;
    private long saves;
    private long startedMillis;
    private long triedMillis;
    private long lastSaveMillis;
    private long lastSaveSeconds = -1;
    private long changesSaved;
    private LoadReport loaded = NOTHING;
    private long bytesLoaded;
    private long bytesToLoad;

    /**
     * How things stand.
     *
     * @param changes about how many there were since the last save
     * @param isSaved whether the last save went well, or there was none
     * @param startedMillis time of day when the save that is on began
     * @param lastSaveMillis time of day of the last save that went well; the server's start if there was none
     * @param lastSaveSeconds how long the last one took; -1 if there was none
     * @param loaded what came in at the start, so far
     */
    public record State(
            boolean isLoading,
            boolean isSaving,
            boolean isSaved,
            long changes,
            long saves,
            long startedMillis,
            long lastSaveMillis,
            long lastSaveSeconds,
            LoadReport loaded,
            long bytesLoaded,
            long bytesToLoad) {}

    public Keeper(OffHeapStore store, Settings settings) {
        this.store = store;
        this.settings = settings;
        String name = settings.text("dbfilename");
        boolean isDump = name.endsWith(DUMP);
        this.file = Path.of(settings.text("dir"))
                .resolve(isDump ? name.substring(0, name.length() - DUMP.length()) + OURS : name);
        this.dump = Path.of(settings.text("dir")).resolve(name);
        this.points = SavePoint.parse(settings.text("save"));
        this.lastSaveMillis = store.now();
        settings.onChange(changed -> {
            if (changed.equals("save") || changed.equals("stop-writes-on-bgsave-error")) {
                follow();
            }
        });
    }

    private synchronized void follow() {
        points = SavePoint.parse(settings.text("save"));
        refusesWrites = !isSaved && !points.isEmpty() && settings.is("stop-writes-on-bgsave-error");
    }

    /** Whether it saves by itself. */
    public boolean hasPoints() {
        return !points.isEmpty();
    }

    /** Whether writes are to be refused, for what they change could not be saved. */
    public boolean refusesWrites() {
        return refusesWrites;
    }

    /** Where the snapshot is. */
    public Path file() {
        return file;
    }

    /** How things stand. */
    public synchronized State state() {
        return new State(
                loading != null,
                saving != null,
                isSaved,
                store.changes() - changesSaved,
                saves,
                startedMillis,
                lastSaveMillis,
                lastSaveSeconds,
                loaded,
                bytesLoaded,
                bytesToLoad);
    }

    // Loading.

    /** Begins to take the snapshot in, if there is one; the outcome never fails. */
    public synchronized CompletableFuture<LoadReport> load() {
        if (isClosed || !(Files.exists(file) || Files.exists(dump))) {
            return CompletableFuture.completedFuture(NOTHING);
        }
        CompletableFuture<LoadReport> outcome = new CompletableFuture<>();
        loading = outcome;
        Snapshots.inBackground("larder-server-load", this::loadNow).whenComplete((report, failure) -> {
            loadingEnded();
            outcome.complete(failure == null ? report : NOTHING);
        });
        return outcome;
    }

    private LoadReport loadNow() {
        LoadReport report = NOTHING;
        try {
            Path named = Files.exists(file) ? file : dump;
            if (RdbFile.isOne(named)) {
                return dumpLoaded(named);
            }
            report = Snapshots.load(store, file, this::reached);
            Level level = report.damagedBlocks() > 0 ? Level.WARNING : Level.INFO;
            LOG.log(level, () -> "snapshot " + file + " was loaded: " + sentence(state().loaded()));
        } catch (UnusableSnapshotException unusable) {
            LOG.log(Level.WARNING, "the server begins empty: {0}", unusable.getMessage());
        } catch (IOException | OutOfRoomException e) {
            LOG.log(Level.WARNING, "the snapshot " + file + " could not be loaded to its end: " + e);
            report = state().loaded();
        } catch (IllegalStateException e) {
            if (!isClosed()) {
                LOG.log(Level.WARNING, "the snapshot " + file + " could not be loaded to its end", e);
            }
        }
        return report;
    }

    /** Takes in a dump of Redis, which stays as it is. */
    private LoadReport dumpLoaded(Path named) throws IOException {
        try {
            long size = Files.size(named);
            RdbFile.Counts counts = RdbFile.load(store, named, (bytes, soFar) -> reached(bytes, size, report(soFar)));
            LOG.log(
                    Level.INFO,
                    () -> "Redis's dump " + named + " was loaded: " + sentence(report(counts))
                            + ". Cannot be kept here: " + counts.unkept());
            return report(counts);
        } catch (RdbException unusable) {
            LOG.log(Level.WARNING, "Redis''s dump {0} {1}", named, unusable.getMessage());
            return state().loaded();
        }
    }

    private static LoadReport report(RdbFile.Counts counts) {
        return new LoadReport(
                counts.entries(), counts.loaded(), counts.expired(), counts.superseded(), counts.noRoom(), 0);
    }

    private static String sentence(LoadReport report) {
        return report.loaded() + " of " + report.entries() + " entries are in; " + report.expired() + " had expired, "
                + report.superseded() + " were changed meanwhile, " + report.noRoom() + " found no room, and "
                + report.damagedBlocks() + " blocks are damaged";
    }

    private synchronized boolean isClosed() {
        return isClosed;
    }

    private synchronized void reached(long bytes, long of, LoadReport report) {
        bytesLoaded = bytes;
        bytesToLoad = of;
        loaded = report;
    }

    private synchronized void loadingEnded() {
        loading = null;
        if (isScheduled) {
            isScheduled = false;
            saveOrLog();
        }
    }

    // Saving.

    /** Why a save did not begin. */
    public enum Refusal {
        /** One is on. */
        SAVING,
        /** What has not come in yet would be missing. */
        LOADING
    }

    /** Why a save would not begin now; null if it would. */
    public synchronized @Nullable Refusal refusal() {
        return saving != null ? Refusal.SAVING : loading != null ? Refusal.LOADING : null;
    }

    /** Has a save begin when the loading ends. */
    public synchronized void saveLater() {
        if (loading != null) {
            isScheduled = true;
        } else if (saving == null) {
            saveOrLog();
        }
    }

    /** Begins to save; where one is on, begins when that has ended. What goes wrong is logged, and the outcome fails. */
    public synchronized CompletableFuture<SaveReport> save() {
        CompletableFuture<SaveReport> before = saving;
        if (before != null) {
            return before.handle((report, failure) -> report).thenCompose(report -> save());
        }
        if (isClosed || loading != null) {
            return CompletableFuture.failedFuture(new IllegalStateException(
                    isClosed ? "the server has ended" : "a snapshot must not be saved while one is loaded"));
        }
        startedMillis = store.now();
        triedMillis = startedMillis;
        long changes = store.changes();
        CompletableFuture<SaveReport> outcome = new CompletableFuture<>();
        saving = outcome;
        Snapshots.inBackground("larder-server-save", this::saveNow).whenComplete((report, failure) -> {
            savingEnded(changes, failure);
            if (failure == null) {
                outcome.complete(report);
            } else {
                outcome.completeExceptionally(failure);
            }
        });
        return outcome;
    }

    private SaveReport saveNow() throws IOException {
        if (Files.exists(file) && Files.size(file) > 0 && !Snapshots.isSnapshot(file)) {
            throw new IOException("the file " + file + " is no snapshot of Larder's, and is not written over");
        }
        return Snapshots.save(store, file);
    }

    private synchronized void savingEnded(long changes, @Nullable Throwable failure) {
        saving = null;
        isSaved = failure == null;
        lastSaveSeconds = Math.max(0, (store.now() - startedMillis) / MILLIS);
        if (failure == null) {
            saves++;
            changesSaved = changes;
            lastSaveMillis = store.now();
        } else if (!isClosed) {
            LOG.log(Level.WARNING, "the snapshot " + file + " could not be saved: " + reason(failure));
        }
        follow();
    }

    /** What went wrong, in words. */
    public static String reason(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof java.nio.file.FileSystemException
                ? cause.getClass().getSimpleName() + ": " + cause.getMessage()
                : String.valueOf(cause.getMessage());
    }

    private void saveOrLog() {
        save().exceptionally(logged -> null);
    }

    /** Once a second: saves if a save point is reached. */
    public synchronized void look(long now) {
        if (points.isEmpty() || saving != null || loading != null) {
            return;
        }
        boolean mayTry = isSaved || now - triedMillis > RETRY_MILLIS || now < triedMillis;
        long changes = store.changes() - changesSaved;
        if (mayTry
                && changes > 0
                && points.stream().anyMatch(point -> point.isReached(changes, now - lastSaveMillis))) {
            saveOrLog();
        }
    }

    /** Saves, empties the store, and loads what was saved; for tests. */
    public CompletableFuture<LoadReport> reload() {
        return save().thenCompose(report -> {
            store.flushAll();
            return load();
        });
    }

    /** Begins nothing more. What is on ends by itself as the store is closed: {@link #awaitEnd}. */
    @Override
    public synchronized void close() {
        isClosed = true;
    }

    /** Waits for what was on as the store was closed; some seconds at most. */
    public void awaitEnd() {
        CompletableFuture<?> one;
        CompletableFuture<?> other;
        synchronized (this) {
            one = saving == null ? CompletableFuture.completedFuture(null) : saving;
            other = loading == null ? CompletableFuture.completedFuture(null) : loading;
        }
        CompletableFuture.allOf(one, other)
                .orTimeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .exceptionally(ended -> null)
                .join();
    }
}
