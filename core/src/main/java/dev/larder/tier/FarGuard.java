package dev.larder.tier;

import dev.larder.failure.Breaker;
import dev.larder.failure.TierException;
import dev.larder.stats.Count;
import dev.larder.stats.Counters;
import dev.larder.time.Ticker;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Stands between the caches and one far tier: each call has a time-out, and a tier that keeps failing is left alone by a
 * {@link Breaker}. Whatever goes wrong comes out as a {@link TierException}.
 *
 * <p>A tier that was away is not believed at once: see {@link #isBelieved} and {@link #proof}.
 *
 * <p>Thread-safe. Blocks the calling thread until the tier answers or the time-out ends.
 */
public final class FarGuard {
    private static final Logger LOG = System.getLogger(FarGuard.class.getName());

    /** How long after its return a tier that was away is not believed. */
    public static final long DOUBT_NANOS = Doubt.NANOS;

    private final String tier;
    private final Ticker ticker;
    private final long timeoutNanos;
    private final Breaker breaker = new Breaker();
    private final Doubt doubt;
    private final List<Consumer<Boolean>> watchers = new CopyOnWriteArrayList<>();

    public FarGuard(String tier, Ticker ticker, long timeoutNanos) {
        this.tier = tier;
        this.ticker = ticker;
        this.timeoutNanos = timeoutNanos;
        this.doubt = new Doubt(ticker);
    }

    /** The tier's name. */
    public String tier() {
        return tier;
    }

    /** Whether the tier answers, as far as is known. */
    public boolean isAvailable() {
        return breaker.isClosed();
    }

    /** Whether what the tier holds may be taken for what all processes have made of it. */
    public boolean isBelieved() {
        return !doubt.exists();
    }

    /** What a proof of the tier's bus is worth that nothing was missed up to {@code proofNanos}. */
    public long proof(long proofNanos) {
        return doubt.proof(proofNanos);
    }

    /** {@code watcher} is told, on the thread that notices, when the tier stops (false) or begins again (true). */
    public void watch(Consumer<Boolean> watcher) {
        watchers.add(watcher);
    }

    /** Makes a call and waits for its answer. */
    public <T> T call(Counters counters, Supplier<CompletionStage<T>> operation) {
        return call(counters, operation, timeoutNanos);
    }

    /** As {@link #call(Counters, Supplier)}, for operations that may take {@code longerNanos}. */
    public <T> T call(Counters counters, Supplier<CompletionStage<T>> operation, long longerNanos) {
        if (!breaker.permits(ticker.nanos())) {
            counters.add(Count.FAR_SKIPS);
            throw new TierException("tier " + tier + " is left alone after failures", null);
        }
        return make(counters, operation, longerNanos);
    }

    /**
     * As {@link #call(Counters, Supplier)}, also while the tier is left alone: for what must be told as soon as it can be.
     * Where it succeeds the tier is back for all. Callers see to it that there is one such call in a second.
     */
    public <T> T insist(Counters counters, Supplier<CompletionStage<T>> operation) {
        return make(counters, operation, timeoutNanos);
    }

    private <T> T make(Counters counters, Supplier<CompletionStage<T>> operation, long longerNanos) {
        try {
            T answer = operation.get().toCompletableFuture().get(longerNanos, TimeUnit.NANOSECONDS);
            if (breaker.onSuccess()) {
                doubt.back();
                LOG.log(Level.INFO, "tier {0} answers again", tier);
                watchers.forEach(watcher -> watcher.accept(true));
            }
            return answer;
        } catch (InterruptedException e) { // the caller's affair, not the tier's
            Thread.currentThread().interrupt();
            throw new TierException("interrupted while waiting for tier " + tier, e);
        } catch (TimeoutException e) {
            String time = TimeUnit.NANOSECONDS.toMillis(longerNanos) + " ms";
            throw failed(counters, "tier " + tier + " did not answer within " + time, e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw failed(counters, "tier " + tier + " failed: " + cause, cause);
        } catch (RuntimeException e) {
            throw failed(counters, "tier " + tier + " failed: " + e, e);
        }
    }

    private TierException failed(Counters counters, String message, Throwable cause) {
        counters.add(Count.FAR_FAILURES);
        if (breaker.onFailure(ticker.nanos())) {
            doubt.begin();
            LOG.log(Level.WARNING, message + "; reads go on without it");
            watchers.forEach(watcher -> watcher.accept(false));
        }
        return new TierException(message, cause);
    }
}
