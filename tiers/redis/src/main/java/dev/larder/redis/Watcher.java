package dev.larder.redis;

import dev.larder.failure.TierException;
import dev.larder.tier.Later;
import dev.larder.time.Scheduler.Scheduled;
import dev.larder.time.Ticker;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.output.NestedMultiOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Watches one server for a {@link Tracking}: keeps a connection to it that speaks RESP3, and asks for proofs on it. Confined
 * to the executor, except for {@link #open}, {@link #connected} and {@link #close}.
 *
 * <p>The question is a DEL of a name that is never there: unlike a PING, a server refuses it that is not the master any more,
 * or has not the slot.
 */
final class Watcher implements AutoCloseable {
    private static final Logger LOG = System.getLogger(Watcher.class.getName());
    private static final long OVERDUE_NANOS = TimeUnit.MILLISECONDS.toNanos(2_500);

    /** What a master says while it takes changes from nobody: an answer as good as any. */
    private static final List<String> TAKES_NO_CHANGES = List.of("MISCONF", "NOREPLICAS", "OOM");

    /** What it asks and tells its owner, on the executor. */
    interface Owner extends Watch.Ear {
        /** A new connection: what is wanted from this server must be asked for on it, and its past is not known. */
        void begun(Watcher watcher, Watch watch);

        /** A name to delete that is never there, in a slot of this server; null where nothing is watched there. */
        @Nullable String probe(Watch watch);

        /** The server has not the slot of the last {@link #probe}. */
        void misplaced(Watch watch);

        /** There is a new proof. */
        void proven(Watch watch);

        /** How long to wait between two questions. */
        long pauseNanos();
    }

    private final String tier;
    private final Link link;
    private final Later later;
    private final Ticker ticker;
    private final Executor executor;
    private final Owner owner;
    private @Nullable Watch watch;
    private volatile @Nullable TierException refusal;
    private boolean warned;
    private volatile boolean closed;

    /** What it lives in; {@code login} says the first words on a connection. */
    record Surroundings(Login login, Later later, Ticker ticker, Executor executor) {}

    /** {@code link} makes the connection and lets the watcher greet. */
    Watcher(String tier, Function<Link.Greeting, Link> link, Surroundings in, Owner owner) {
        this.tier = tier;
        this.later = in.later();
        this.ticker = in.ticker();
        this.executor = in.executor();
        this.owner = owner;
        this.link = link.apply(session -> in.login()
                .greet(session)
                .thenCompose(known -> speak(session))
                .thenRunAsync(() -> begin(session), executor));
    }

    void open() {
        link.open();
    }

    /** The connection, after trying now if there is none. */
    CompletionStage<Session> connected() {
        return link.connected();
    }

    /** The connection that tells of changes, or null while there is none. */
    @Nullable Watch watch() {
        Watch latest = watch;
        return latest != null && latest.isOpen() ? latest : null;
    }

    /** The server refused something that it must do: begins anew. */
    void fail(Watch of, String why) {
        link.reset(of.session(), why);
    }

    @Override
    public void close() {
        closed = true;
        link.close();
    }

    /** Closes, and the connection with it, which nobody else will. */
    void leave() {
        Session last = link.ready();
        close();
        if (last != null) {
            last.close();
        }
    }

    /** Why the server will not do what tracking needs, however often it is asked; null where nothing such is known. */
    @Nullable TierException refusal() {
        return refusal;
    }

    private CompletionStage<?> speak(Session session) {
        if (!ServerIdentity.isTold(session.server())) {
            return CompletableFuture.failedFuture(refused("nothing of who it is, since INFO was refused"));
        }
        CommandArgs<String, byte[]> version = new CommandArgs<>(Session.CODEC).add(3);
        return session.redis()
                .dispatch(CommandType.HELLO, new NestedMultiOutput<>(Session.CODEC), version)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(
                        Session.unwrap(failure) instanceof RedisCommandExecutionException refused
                                ? refused(String.valueOf(refused.getMessage()))
                                : failure));
    }

    private TierException refused(String answer) {
        TierException told = new TierException(
                tier + " cannot be watched as near=tracking asks: that needs Redis 6 or later, and a user who may call"
                        + " HELLO, INFO, CLIENT TRACKING and DEL. The server said: " + answer,
                null);
        refusal = told;
        return told;
    }

    private void begin(Session session) {
        Watch fresh = new Watch(session, executor, owner);
        watch = fresh;
        refusal = null;
        warned = false;
        owner.begun(this, fresh);
        executor.execute(() -> ask(fresh));
    }

    private void ask(Watch of) {
        if (closed || watch != of || !of.isOpen()) {
            return;
        }
        String probe = owner.probe(of);
        if (probe == null) {
            askLater(of);
            return;
        }
        long sentNanos = ticker.nanos();
        Scheduled overdue = later.schedule(() -> fail(of, "the watch was not answered in time"), OVERDUE_NANOS);
        of.session()
                .redis()
                .del(probe)
                .whenCompleteAsync(
                        (none, failure) -> {
                            overdue.cancel();
                            if (failure == null) {
                                answered(of, sentNanos);
                            } else {
                                refused(of, sentNanos, failure);
                            }
                        },
                        executor);
    }

    private void answered(Watch of, long sentNanos) {
        boolean isFirst = !of.hasAnswered();
        var unused = of.answered(sentNanos).thenRun(() -> owner.proven(of));
        if (isFirst) {
            ask(of); // the first answer proves nothing yet
        } else {
            askLater(of);
        }
    }

    /** The server will not tell of a name, or was not heard to say that it will. */
    void refused(Watch of, Throwable failure) {
        Throwable cause = Session.unwrap(failure);
        if (of.isOpen() && cause instanceof RedisCommandExecutionException) {
            warnOnce(refused(String.valueOf(cause.getMessage())));
        } else {
            fail(of, "it cannot be told what to watch");
        }
    }

    /** Trying again would not help: until somebody changes the server nothing is proven. */
    private void warnOnce(TierException why) {
        if (!warned) {
            warned = true;
            LOG.log(Level.WARNING, why.getMessage() + " Near tiers are not trusted");
        }
    }

    private void refused(Watch of, long sentNanos, Throwable failure) {
        String answer = String.valueOf(Session.unwrap(failure).getMessage());
        switch (Refusal.of(failure)) {
            case DEMOTED -> {
                if (of.proofNanos() >= 0) {
                    fail(of, "it is not the master any more");
                } else {
                    askLater(of); // it was none when this began; nothing is proven until it is
                }
            }
            case MOVED, LATER -> {
                owner.misplaced(of);
                askLater(of);
            }
            case NONE -> {
                if (TAKES_NO_CHANGES.stream().anyMatch(answer::startsWith)) {
                    answered(of, sentNanos);
                    return;
                }
                if (answer.startsWith("NOPERM")) {
                    warnOnce(refused(answer));
                }
                askLater(of);
            }
        }
    }

    private void askLater(Watch of) {
        later.schedule(() -> executor.execute(() -> ask(of)), owner.pauseNanos());
    }
}
