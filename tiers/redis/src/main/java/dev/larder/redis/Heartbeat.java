package dev.larder.redis;

import dev.larder.tier.Later;
import dev.larder.time.Ticker;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Notices a connection that takes commands and answers none, which TCP alone reports after many minutes: a server that
 * hangs, a cable that was cut. What it asks is the time, which reads need to know ({@link ServerClock}). Confined to the scheduler's thread, except for {@link #close()}.
 */
final class Heartbeat implements AutoCloseable {
    private static final long PERIOD_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long DEAD_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Link link;
    private final Later later;
    private final Ticker ticker;
    private @Nullable Session watched;
    private CompletableFuture<Void> answer = CompletableFuture.completedFuture(null);
    private long aliveNanos;
    private volatile boolean closed;

    Heartbeat(Link link, Later later, Ticker ticker) {
        this.link = link;
        this.later = later;
        this.ticker = ticker;
    }

    /** Looks once, and again every second. */
    void beat() {
        if (closed) {
            return;
        }
        Session session = link.ready();
        long now = ticker.nanos();
        boolean answered = answer.isDone() && !answer.isCompletedExceptionally();
        if (session != watched || answered) {
            aliveNanos = now;
        }
        if (session != null && now - aliveNanos > DEAD_NANOS) {
            link.reset(session, "no answer for " + TimeUnit.NANOSECONDS.toSeconds(DEAD_NANOS) + " s");
        } else if (session != null && (session != watched || answer.isDone())) {
            answer = session.askTime();
        }
        watched = session;
        later.schedule(this::beat, PERIOD_NANOS);
    }

    @Override
    public void close() {
        closed = true;
    }
}
