package dev.larder.stack;

import dev.larder.failure.Breaker;
import dev.larder.failure.TierException;
import dev.larder.tier.FarCache;
import dev.larder.tier.FarTier;
import dev.larder.tier.Later;
import dev.larder.tier.TierFactory.Context;
import dev.larder.time.Scheduler.Scheduled;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One front of one cache's stack, and whether this process trusts it. Removals that fail take away the trust, and with it
 * the need to tell the front anything until it is emptied; reads that fail are the {@link Breaker}'s affair.
 *
 * <p>Thread-safe: the state is guarded by this object's lock and read without it; nothing is called while it is held.
 */
final class Front {
    /** What this process makes of the front. */
    enum State {
        /** It may hold anything, and is told nothing. */
        AWAY,
        /** It is being emptied: it is told of removals, and not read. */
        OPENING,
        /** It holds nothing that this process has not proof of. */
        TRUSTED
    }

    /** How long a front is waited for, so that {@code fronts} of them leave half of the time to what is behind. */
    record Patience(int fronts, long tierTimeoutNanos) {
        long readNanos() {
            return tierTimeoutNanos / (2L + 2L * fronts);
        }

        long removalNanos() {
            return tierTimeoutNanos / (2L * fronts);
        }
    }

    private final FarTier tier;
    private final FarCache cache;
    private final Context context;
    private final Patience patience;
    private final Breaker breaker = new Breaker();
    private volatile State state = State.AWAY;
    private int openings;

    Front(FarTier tier, FarCache cache, Context context, Patience patience) {
        this.tier = tier;
        this.cache = cache;
        this.context = context;
        this.patience = patience;
    }

    String name() {
        return tier.name();
    }

    /** Its entries, for steps whose failure or delay concerns nobody. */
    FarCache cache() {
        return cache;
    }

    boolean isTrusted() {
        return state == State.TRUSTED;
    }

    boolean isAway() {
        return state == State.AWAY;
    }

    /** Takes away the trust; returns whether there was any. */
    synchronized boolean distrust() {
        boolean wasTrusted = state == State.TRUSTED;
        state = State.AWAY;
        openings++;
        return wasTrusted;
    }

    private synchronized int beginOpening() {
        state = State.OPENING;
        return ++openings;
    }

    private synchronized boolean endOpening(int opening) {
        if (opening != openings || state != State.OPENING) {
            return false;
        }
        state = State.TRUSTED;
        return true;
    }

    /** Empties it, if it answers at all; gives whether it is trusted then. */
    CompletableFuture<Boolean> open() {
        return within(patience.removalNanos(), tier::ping)
                .thenCompose(alive -> {
                    int opening = beginOpening();
                    return within(patience.removalNanos(), cache::clear).thenApply(empty -> endOpening(opening));
                })
                .handle((trusted, failure) -> {
                    if (failure != null) {
                        distrust();
                    }
                    return failure == null && trusted;
                });
    }

    /** Whether it may be read: it is trusted, and reads do not keep failing. Whoever is told so must {@link #read} it. */
    boolean isReadable() {
        return isTrusted() && breaker.permits(context.ticker().nanos());
    }

    /** A step of a read; where it fails or takes long, the stage fails. */
    <T extends @Nullable Object> CompletableFuture<T> read(Supplier<CompletionStage<T>> step) {
        return within(patience.readNanos(), step).whenComplete((answer, failure) -> {
            if (failure == null) {
                breaker.onSuccess();
            } else {
                breaker.onFailure(context.ticker().nanos());
            }
        });
    }

    /** A step that removes something; its stage fails where it is not known to be removed. */
    CompletableFuture<Void> remove(Supplier<CompletionStage<Void>> step) {
        return within(patience.removalNanos(), step);
    }

    private <T extends @Nullable Object> CompletableFuture<T> within(long nanos, Supplier<CompletionStage<T>> call) {
        CompletableFuture<T> answer;
        try {
            answer = call.get().toCompletableFuture();
        } catch (RuntimeException e) { // as a stage that fails
            return CompletableFuture.failedFuture(e);
        }
        if (answer.isDone()) {
            return answer;
        }
        CompletableFuture<T> inTime = new CompletableFuture<>();
        Scheduled timer = new Later(context.scheduler())
                .schedule(
                        () -> inTime.completeExceptionally(new TierException(
                                "tier " + name() + " did not answer within " + TimeUnit.NANOSECONDS.toMillis(nanos)
                                        + " ms",
                                null)),
                        nanos);
        var unused = answer.whenComplete((value, failure) -> {
            timer.cancel();
            if (failure == null) {
                inTime.complete(value);
            } else {
                inTime.completeExceptionally(failure);
            }
        });
        return inTime;
    }
}
