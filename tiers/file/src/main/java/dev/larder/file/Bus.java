package dev.larder.file;

import dev.larder.time.Scheduler.Scheduled;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Polls the logs of all namespaces that a tier's caches are in, on a thread of its own, which the listeners see. A poll
 * that finds nothing new costs two calls of the system. Thread-safe; {@link #cycle} is confined to the bus's thread.
 */
final class Bus {
    private static final Logger LOG = System.getLogger(Bus.class.getName());
    private static final long PLACE_MILLIS = 1_000;
    private static final long LEAST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int POLLS_PER_SILENCE = 4;

    private final FileTier tier;
    private final Workers thread;
    private final Map<String, Channel> channels = new ConcurrentHashMap<>();
    private boolean degraded;
    private @Nullable Scheduled waiting;

    Bus(FileTier tier, Runnable afterwards) {
        this.tier = tier;
        this.thread = new Workers(tier.name(), "larder-file-bus", 1, afterwards);
    }

    Channel channel(String namespace) {
        return channels.computeIfAbsent(namespace, absent -> new Channel(tier.resources(), absent));
    }

    /**
     * Begins to hear. Waits, not long, for a place in the log, so that all that is said after the return is heard; where the
     * disk does not answer it does not wait longer, and the subscriber is told of a gap later.
     */
    void subscribe(Channel channel, Subscription subscription) {
        channel.subscriptions().add(subscription);
        thread.run(this::cycle);
        try {
            subscription.isPlaced().get(PLACE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.log(Level.DEBUG, "no place on the bus yet; the near tier is not trusted until there is", e);
        }
        subscription.isPlaced().complete(false);
    }

    /** Polls all logs once, and again after a pause as long as anybody listens. */
    private void cycle() {
        Scheduled next = waiting;
        if (next != null) {
            next.cancel();
            waiting = null;
        }
        long pauseNanos = Long.MAX_VALUE;
        boolean failed = false;
        for (Channel channel : channels.values()) {
            if (!channel.subscriptions().isEmpty()) {
                failed |= !poll(channel);
                pauseNanos = Math.min(pauseNanos, pauseNanos(channel));
            }
        }
        degraded = failed;
        if (pauseNanos != Long.MAX_VALUE) {
            waiting = tier.later(() -> thread.run(this::cycle), pauseNanos);
        }
    }

    private boolean poll(Channel channel) {
        try {
            channel.poll();
            return true;
        } catch (IOException | RuntimeException e) {
            if (!degraded) {
                degraded = true;
                LOG.log(Level.WARNING, "the bus cannot be read; near tiers are not trusted until it can", e);
            }
            return false;
        }
    }

    /** Short enough that proofs, which are as old as their poll, come well within the silence allowed. */
    private static long pauseNanos(Channel channel) {
        long silenceNanos = channel.subscriptions().stream()
                .mapToLong(Subscription::maxSilenceNanos)
                .min()
                .orElse(Long.MAX_VALUE);
        return Math.max(LEAST_PAUSE_NANOS, Math.min(LONGEST_PAUSE_NANOS, silenceNanos / POLLS_PER_SILENCE));
    }

    void close() {
        thread.close();
    }

    /** Lets go of the logs, when nobody publishes or polls any more. */
    void release() {
        channels.values().forEach(Bus::release);
    }

    private static void release(Channel channel) {
        try {
            channel.close();
        } catch (IOException e) { // all that was to be written has been
            LOG.log(Level.DEBUG, "the bus's log could not be closed", e);
        }
    }
}
