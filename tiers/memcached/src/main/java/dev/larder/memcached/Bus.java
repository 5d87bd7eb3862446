package dev.larder.memcached;

import dev.larder.tier.Later;
import dev.larder.time.Scheduler.Scheduled;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Polls the logs that carry invalidations, a few times within the silence allowed, on a connection and a thread of its own;
 * see {@link LogReader} for what a poll proves. Thread-safe.
 */
final class Bus implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Bus.class.getName());
    private static final long MAX_PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long MIN_PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final int POLLS_PER_SILENCE = 4;
    private static final long OVERDUE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final long PLACE_MILLIS = 1_000;

    private final Servers servers;
    private final Later later;
    private final ExecutorService thread;
    private final Map<String, LogReader> readers = new ConcurrentHashMap<>();
    private volatile boolean closed;

    Bus(Servers servers, Later later) {
        this.servers = servers;
        this.later = later;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread made = new Thread(task, "larder-memcached-bus");
            made.setDaemon(true);
            return made;
        });
    }

    /**
     * Begins to hear; call the result to stop. Waits, not long, for a place in the log, so that all that is said after the
     * return is heard; where the server is away it does not, and the subscriber is told of a gap later.
     */
    Runnable subscribe(BusKeys keys, Subscription subscription) {
        LogReader reader = readers.computeIfAbsent(keys.name(), name -> start(keys));
        reader.subscriptions().add(subscription);
        var unused = reader.link().tried().thenRun(() -> {
            if (reader.link().ready() == null) {
                subscription.placed().complete(false);
            }
        });
        awaitPlace(subscription.placed());
        subscription.placed().complete(false);
        return () -> {
            subscription.close();
            reader.subscriptions().remove(subscription);
        };
    }

    private LogReader start(BusKeys keys) {
        LogReader reader = new LogReader(keys, servers.another(keys.head(), "bus"), this::onThread);
        reader.link().open();
        var unused = reader.link().tried().thenRun(() -> onThread(() -> poll(reader)));
        return reader;
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

    /** On the bus's thread. Ends with the tier. */
    private void poll(LogReader reader) {
        if (closed) {
            return;
        }
        Session session = reader.link().ready();
        if (session == null || reader.subscriptions().isEmpty()) {
            again(reader, periodNanos(reader));
            return;
        }
        Scheduled overdue =
                later.schedule(() -> reader.link().reset(session, "the bus was not answered in time"), OVERDUE_NANOS);
        reader.poll(session).whenComplete((more, failure) -> {
            overdue.cancel();
            if (failure != null) {
                LOG.log(Level.DEBUG, "the bus could not be read; near tiers are not trusted until it can", failure);
            }
            if (failure == null && more) {
                onThread(() -> poll(reader));
            } else {
                again(reader, periodNanos(reader));
            }
        });
    }

    private void again(LogReader reader, long delayNanos) {
        later.schedule(() -> onThread(() -> poll(reader)), delayNanos);
    }

    private void onThread(Runnable task) {
        try {
            thread.execute(task);
        } catch (RejectedExecutionException closing) { // the tier is closed: nobody listens
            return;
        }
    }

    /** Short enough that proofs, which are as old as their question, come well within the silence allowed. */
    private static long periodNanos(LogReader reader) {
        long silenceNanos = reader.subscriptions().stream()
                .mapToLong(Subscription::maxSilenceNanos)
                .min()
                .orElse(Long.MAX_VALUE);
        return Math.max(MIN_PERIOD_NANOS, Math.min(MAX_PERIOD_NANOS, silenceNanos / POLLS_PER_SILENCE));
    }

    @Override
    public void close() {
        closed = true;
        readers.values().forEach(reader -> reader.link().close());
        thread.shutdown();
    }
}
