package dev.larder.jdbc;

import dev.larder.jdbc.Feed.Place;
import dev.larder.tier.Later;
import dev.larder.time.Scheduler.Scheduled;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Reads the feeds of a tier's caches, on a thread of its own; and proves silence.
 *
 * <p><b>Proof.</b> The database is asked a few times within the silence allowed where each feed ends. An answer proves that
 * all that was committed before the question was sent has been heard, once what is up to that end was read. No clock is
 * compared with another machine's. A signal of the database only makes the next question come sooner: one that is lost
 * costs time and nothing else.
 *
 * <p>Thread-safe. Polls run one at a time.
 */
final class Bus implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Bus.class.getName());
    private static final long MAX_PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long MIN_PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int POLLS_PER_SILENCE = 4;
    private static final long AFTER_ERROR_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long PLACE_MILLIS = 1_000;

    private final Database database;
    private final Tables tables;
    private final Later later;
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private final AtomicBoolean asked = new AtomicBoolean();
    private final ExecutorService thread;
    private Scheduled next = () -> {};
    private boolean degraded;
    private volatile boolean closed;

    Bus(Database database, Tables tables, Later later) {
        this.database = database;
        this.tables = tables;
        this.later = later;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread made = new Thread(task, "larder-jdbc-bus");
            made.setDaemon(true);
            return made;
        });
    }

    /**
     * Begins to hear; call the result to stop. Waits, not long, for a place in the feed, so that all that is said after the
     * return is heard; where the database is away it does not, and the subscriber is told of a gap later.
     */
    Runnable subscribe(Subscription subscription) {
        subscriptions.add(subscription);
        wake();
        awaitPlace(subscription.placed());
        subscription.placed().complete(false);
        return () -> {
            subscription.close();
            subscriptions.remove(subscription);
        };
    }

    private static void awaitPlace(CompletableFuture<Boolean> placed) {
        try {
            placed.get(PLACE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.log(Level.DEBUG, "no place on the bus yet; the near tier is not trusted until there is", e);
        }
    }

    /** Has the feeds read now; many calls at once are one. */
    void wake() {
        if (closed || !asked.compareAndSet(false, true)) {
            return;
        }
        try {
            thread.execute(this::poll);
        } catch (RejectedExecutionException closing) {
            asked.set(false);
        }
    }

    /** On the bus's thread. */
    private void poll() {
        next.cancel();
        asked.set(false); // before the question: who wakes from now on has it asked again
        if (closed || subscriptions.isEmpty()) {
            return;
        }
        long pauseNanos;
        try {
            pauseNanos = pollAll() ? 0 : periodNanos();
            if (degraded) {
                LOG.log(Level.INFO, "the bus of {0} can be read again", database.name());
            }
            degraded = false;
        } catch (RuntimeException e) {
            pauseNanos = AFTER_ERROR_NANOS;
            if (!degraded) {
                LOG.log(
                        Level.WARNING,
                        "the bus cannot be read, near tiers are not trusted until it can: " + e.getMessage());
            }
            degraded = true;
            subscriptions.forEach(subscription -> subscription.placed().complete(false));
        }
        if (pauseNanos == 0) {
            wake();
        } else {
            next = later.schedule(this::wake, pauseNanos);
        }
    }

    private boolean pollAll() {
        List<Subscription> asking = List.copyOf(subscriptions);
        return database.callNow(session -> {
            List<Long> askedNanos = asking.stream().map(Subscription::now).toList();
            List<byte[]> caches = asking.stream().map(Subscription::cacheId).toList();
            Map<ByteBuffer, Place> ends = Feed.ends(session, tables, caches);
            boolean more = false;
            for (int i = 0; i < asking.size(); i++) {
                Subscription subscription = asking.get(i);
                Place end = ends.get(ByteBuffer.wrap(subscription.cacheId()));
                more |= subscription.poll(session, end, askedNanos.get(i));
            }
            return more;
        });
    }

    /** Short enough that proofs, which are as old as their question, come well within the silence allowed. */
    private long periodNanos() {
        long silenceNanos = subscriptions.stream()
                .mapToLong(Subscription::maxSilenceNanos)
                .min()
                .orElse(Long.MAX_VALUE);
        return Math.max(MIN_PERIOD_NANOS, Math.min(MAX_PERIOD_NANOS, silenceNanos / POLLS_PER_SILENCE));
    }

    @Override
    public void close() {
        closed = true;
        thread.shutdown();
    }
}
