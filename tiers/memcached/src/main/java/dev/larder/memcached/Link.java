package dev.larder.memcached;

import dev.larder.failure.Backoff;
import dev.larder.failure.TierException;
import dev.larder.tier.Later;
import dev.larder.time.Scheduler.Scheduled;
import dev.larder.time.Ticker;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One connection that comes back by itself. Thread-safe; guarded by its own lock, under which it calls nobody.
 *
 * <p>Each connection is a new {@link Session}, offered only when it has been greeted. While there is none, callers know at
 * once.
 *
 * <pre>
 *  NEW ── open ──▶ CONNECTING ── greeted ──▶ READY ── lost ──▶ RESTING ── pause ──▶ CONNECTING …
 *                       └──────── failed ───────────────────────▶┘           close ──▶ CLOSED
 * </pre>
 */
final class Link implements AutoCloseable {
    private enum Phase {
        NEW,
        CONNECTING,
        READY,
        RESTING,
        CLOSED
    }

    private static final Logger LOG = System.getLogger(Link.class.getName());
    private static final Backoff PAUSES = new Backoff(TimeUnit.MILLISECONDS.toNanos(40), TimeUnit.SECONDS.toNanos(1));
    private static final long STEADY_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final String name;
    private final Supplier<CompletionStage<Session>> connector;
    private final Later later;
    private final Ticker ticker;
    private final CompletableFuture<Void> tried = new CompletableFuture<>();

    /** Written under the lock, read without: whoever reads an older session finds it closed. */
    private volatile @Nullable Session ready;

    private Phase phase = Phase.NEW;
    private int failures;
    private long readySinceNanos;
    private boolean isAway;
    private long awaySinceNanos;
    private CompletableFuture<Session> attempt = new CompletableFuture<>();
    private @Nullable TierException lastFailure;
    private @Nullable Scheduled retry;

    Link(String name, Supplier<CompletionStage<Session>> connector, Later later, Ticker ticker) {
        this.name = name;
        this.connector = connector;
        this.later = later;
        this.ticker = ticker;
    }

    /** Starts to connect, once; returns at once. */
    void open() {
        synchronized (this) {
            if (phase != Phase.NEW) {
                return;
            }
            phase = Phase.CONNECTING;
        }
        connect();
    }

    /** Completes when the first attempt is over, however it went: a program's first reads wait for it. */
    CompletableFuture<Void> tried() {
        return tried;
    }

    /** The connection, or null while there is none. One volatile read. */
    @Nullable Session ready() {
        Session session = ready;
        return session != null && session.isOpen() ? session : null;
    }

    /** For how long it has been away: since the connection was lost, or the first attempt failed; 0 where it is not. */
    synchronized long awayNanos() {
        return isAway ? ticker.nanos() - awaySinceNanos : 0;
    }

    /** For how long the connection has been there; 0 where there is none. */
    synchronized long readyNanos() {
        return ready() == null ? 0 : ticker.nanos() - readySinceNanos;
    }

    /** The connection, after trying now if there is none; for checks. */
    CompletionStage<Session> connected() {
        CompletableFuture<Session> outcome;
        synchronized (this) {
            if (phase == Phase.CLOSED) {
                return CompletableFuture.failedFuture(away());
            }
            outcome = attempt;
            if (phase != Phase.RESTING) {
                return outcome;
            }
            cancelRetry();
            phase = Phase.CONNECTING;
        }
        connect();
        return outcome;
    }

    /** Drops {@code session} because it does not answer; a new one is tried. */
    void reset(Session session, String why) {
        synchronized (this) {
            if (ready != session) {
                return;
            }
        }
        LOG.log(Level.WARNING, "{0}: {1}; connecting anew", name, why);
        failed(session, new TierException(name + " does not answer", null));
        session.close();
    }

    @Override
    public void close() {
        CompletableFuture<Session> unanswered;
        Session session;
        synchronized (this) {
            if (phase == Phase.CLOSED) {
                return;
            }
            phase = Phase.CLOSED;
            session = ready;
            ready = null;
            unanswered = attempt;
            cancelRetry();
        }
        if (session != null) {
            session.close();
        }
        unanswered.completeExceptionally(away());
        tried.complete(null);
    }

    /** Why there is no connection. */
    synchronized TierException away() {
        if (phase == Phase.CLOSED) {
            return new TierException(name + " is closed", null);
        }
        TierException last = lastFailure;
        String why = last == null ? name + " is still connecting" : last.getMessage();
        return new TierException("not connected: " + why, last);
    }

    private void connect() {
        connector.get().whenComplete((session, failure) -> {
            if (failure != null) {
                failed(null, Trouble.connecting(name, failure));
            } else {
                become(session);
            }
        });
    }

    private void become(Session session) {
        CompletableFuture<Session> waiters;
        boolean recovered;
        boolean wanted;
        synchronized (this) {
            wanted = phase == Phase.CONNECTING;
            waiters = attempt;
            recovered = wanted && isAway;
            if (wanted) {
                phase = Phase.READY;
                ready = session;
                readySinceNanos = ticker.nanos();
                isAway = false;
                lastFailure = null;
            }
        }
        if (!wanted) {
            session.close();
            return;
        }
        if (recovered) {
            LOG.log(Level.INFO, "{0}: connected again", name);
        }
        var unused = session.lost()
                .thenAccept(reason -> failed(session, new TierException(name + " lost the connection", reason)));
        waiters.complete(session);
        tried.complete(null);
    }

    /** Rests, then tries again. {@code of} is the connection that failed, null where none came about. */
    private void failed(@Nullable Session of, TierException failure) {
        CompletableFuture<Session> unanswered;
        boolean news;
        long pause;
        synchronized (this) {
            if (ready != of || (phase != Phase.CONNECTING && phase != Phase.READY)) {
                return;
            }
            boolean steady = phase == Phase.READY && ticker.nanos() - readySinceNanos > STEADY_NANOS;
            failures = steady ? 1 : failures + 1;
            long longest = PAUSES.afterFailures(failures + 1);
            pause = longest / 2 + ThreadLocalRandom.current().nextLong(longest / 2);
            news = !isAway;
            if (news) {
                isAway = true;
                awaySinceNanos = ticker.nanos();
            }
            phase = Phase.RESTING;
            ready = null;
            lastFailure = failure;
            unanswered = attempt;
            attempt = new CompletableFuture<>();
        }
        if (news) {
            LOG.log(Level.WARNING, "{0}; trying again until it answers", failure.getMessage());
        }
        unanswered.completeExceptionally(failure);
        tried.complete(null);
        Scheduled next = later.schedule(this::retryNow, pause);
        synchronized (this) {
            if (phase == Phase.RESTING) {
                retry = next;
                return;
            }
        }
        next.cancel();
    }

    private void retryNow() {
        synchronized (this) {
            if (phase != Phase.RESTING) {
                return;
            }
            phase = Phase.CONNECTING;
            retry = null;
        }
        connect();
    }

    private void cancelRetry() {
        if (retry != null) {
            retry.cancel();
            retry = null;
        }
    }
}
