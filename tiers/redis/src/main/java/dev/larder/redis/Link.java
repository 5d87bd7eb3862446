package dev.larder.redis;

import dev.larder.failure.TierException;
import dev.larder.tier.Later;
import dev.larder.time.Scheduler.Scheduled;
import dev.larder.time.Ticker;
import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.StatefulRedisConnection;
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
 * <p>Each connection is a new {@link Session}, offered only after a greeting that the owner supplies has run on it: so
 * whatever must be said first on a new connection is said first. While there is none, callers fail at once. The single
 * exception is the first attempt after {@link #open()}: callers wait for its outcome, up to a number, so that a program's
 * first reads are not misses.
 *
 * <pre>
 *  NEW ── open ──▶ CONNECTING ── greeted ──▶ READY ── lost ──▶ RESTING ── delay ──▶ CONNECTING …
 *                       └──────── failed ───────────────────────▶┘           close ──▶ CLOSED
 * </pre>
 *
 * The client library's own reconnecting is off: it would send unanswered commands again, late, on a connection that
 * nobody has greeted.
 */
final class Link implements AutoCloseable {
    /** What the owner does with a new connection before anybody else may use it. */
    @FunctionalInterface
    interface Greeting {
        CompletionStage<Void> greet(Session session);

        /** A connection that was greeted is offered now. */
        default void offered() {}
    }

    private enum Phase {
        NEW,
        CONNECTING,
        READY,
        RESTING,
        CLOSED
    }

    private static final Logger LOG = System.getLogger(Link.class.getName());
    private static final long GREETING_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long FIRST_DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long LAST_DELAY_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long STEADY_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int MAX_WAITING = 4_096;

    private final String name;
    private final Supplier<CompletionStage<StatefulRedisConnection<String, byte[]>>> connector;
    private final Greeting greeting;
    private final Later later;
    private final Ticker ticker;

    /** Written under the lock, read without: whoever reads an older session finds it closed. */
    private volatile @Nullable Session ready;

    private Phase phase = Phase.NEW;
    private boolean triedOnce;
    private int waiting;
    private long delayNanos = FIRST_DELAY_NANOS;
    private long readySinceNanos;
    private CompletableFuture<Session> attempt = new CompletableFuture<>();
    private @Nullable TierException lastFailure;
    private @Nullable Scheduled retry;
    private @Nullable Session greeted;

    Link(
            String name,
            Supplier<CompletionStage<StatefulRedisConnection<String, byte[]>>> connector,
            Greeting greeting,
            Later later,
            Ticker ticker) {
        this.name = name;
        this.connector = connector;
        this.greeting = greeting;
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

    /** The connection, or null while there is none. One volatile read. */
    @Nullable Session ready() {
        return ready;
    }

    /** The connection; fails at once while there is none, unless the first attempt is still under way. */
    CompletionStage<Session> session() {
        Session session = ready;
        if (session != null) {
            return CompletableFuture.completedFuture(session);
        }
        synchronized (this) {
            if (phase == Phase.READY) {
                return attempt;
            }
            if (phase == Phase.CONNECTING && !triedOnce && waiting < MAX_WAITING) {
                waiting++;
                return attempt;
            }
            return CompletableFuture.failedFuture(away());
        }
    }

    /** The connection, after trying now if there is none; for checks. */
    CompletionStage<Session> connected() {
        CompletableFuture<Session> outcome;
        synchronized (this) {
            outcome = attempt;
            if (phase == Phase.CLOSED) {
                return CompletableFuture.failedFuture(away());
            }
            if (phase != Phase.RESTING) {
                return outcome;
            }
            cancelRetry();
            phase = Phase.CONNECTING;
        }
        connect();
        return outcome;
    }

    /** Drops the connection because it does not answer; a new one is tried. */
    void reset(Session session, String why) {
        synchronized (this) {
            if (greeted != session) {
                return;
            }
        }
        LOG.log(Level.WARNING, "{0}: {1}; connecting anew", name, why);
        lost(session);
        session.close();
    }

    /** Offers no connection any more. The client library closes the one there is, as it is closed itself. */
    @Override
    public void close() {
        CompletableFuture<Session> unanswered;
        synchronized (this) {
            if (phase == Phase.CLOSED) {
                return;
            }
            phase = Phase.CLOSED;
            greeted = null;
            ready = null;
            unanswered = attempt;
            cancelRetry();
        }
        unanswered.completeExceptionally(away());
    }

    private void connect() {
        connector.get().whenComplete((connection, failure) -> {
            if (failure != null) {
                failed(null, failure);
            } else {
                greet(connection);
            }
        });
    }

    private void greet(StatefulRedisConnection<String, byte[]> connection) {
        Session session = new Session(connection, ticker);
        if (!isWanted(session)) {
            session.close();
            return;
        }
        connection.addListener(new RedisConnectionStateListener() {
            @Override
            public void onRedisDisconnected(RedisChannelHandler<?, ?> channel) {
                lost(session);
            }
        });
        Scheduled limit = later.schedule(() -> reset(session, "the greeting was not answered in time"), GREETING_NANOS);
        greeting.greet(session).whenComplete((done, failure) -> {
            limit.cancel();
            if (failure != null) {
                boolean hungUp = !session.isOpen();
                failed(session, Trouble.loggingIn(name, Session.unwrap(failure), hungUp));
                session.close(); // last: the closing must not be heard as the reason
            } else {
                become(session);
            }
        });
        if (!connection.isOpen()) {
            lost(session);
        }
    }

    private synchronized boolean isWanted(Session session) {
        if (phase != Phase.CONNECTING) {
            return false;
        }
        greeted = session;
        return true;
    }

    private void become(Session session) {
        CompletableFuture<Session> waiters;
        boolean recovered;
        synchronized (this) {
            if (phase != Phase.CONNECTING || greeted != session) {
                return;
            }
            phase = Phase.READY;
            ready = session;
            readySinceNanos = ticker.nanos();
            waiters = attempt;
            waiting = 0;
            recovered = triedOnce;
            triedOnce = true;
            lastFailure = null;
        }
        if (recovered) {
            LOG.log(Level.INFO, "{0}: connected again", name);
        }
        waiters.complete(session);
        greeting.offered();
    }

    private void lost(Session session) {
        failed(
                session,
                new TierException(
                        name + (session.equals(ready) ? " lost the connection" : " " + Trouble.CLOSED_IN_LOGIN), null));
    }

    /** Rests, then tries again. {@code of} is the connection that failed, null where none came about. */
    private void failed(@Nullable Session of, Throwable failure) {
        TierException told =
                failure instanceof TierException known ? known : Trouble.connecting(name, Session.unwrap(failure));
        CompletableFuture<Session> unanswered;
        boolean news;
        long delay;
        synchronized (this) {
            if (greeted != of || (phase != Phase.CONNECTING && phase != Phase.READY)) {
                return;
            }
            boolean steady = phase == Phase.READY && ticker.nanos() - readySinceNanos > STEADY_NANOS;
            delayNanos = steady ? FIRST_DELAY_NANOS : Math.min(2 * delayNanos, LAST_DELAY_NANOS);
            delay = delayNanos / 2 + ThreadLocalRandom.current().nextLong(delayNanos / 2);
            news = phase == Phase.READY || !triedOnce;
            phase = Phase.RESTING;
            triedOnce = true;
            ready = null;
            greeted = null;
            waiting = 0;
            lastFailure = told;
            unanswered = attempt;
            attempt = new CompletableFuture<>();
        }
        if (news) {
            LOG.log(Level.WARNING, "{0}; trying again until it answers", told.getMessage());
        }
        unanswered.completeExceptionally(told);
        Scheduled next = later.schedule(this::retryNow, delay);
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

    private synchronized TierException away() {
        if (phase == Phase.CLOSED) {
            return new TierException(name + " is closed", null);
        }
        TierException last = lastFailure;
        String why = last == null ? name + " is still connecting" : last.getMessage();
        return new TierException("not connected: " + why, last);
    }
}
