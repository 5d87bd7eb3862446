package dev.larder.load;

import dev.larder.failure.LoadRejectedException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * How many loads of one cache may run at once, and how many callers may wait for loads at all. Thread-safe: two
 * semaphores, unfair, since who waits longest gives up first anyway.
 */
public final class LoadLimit {
    private final String cache;
    private final int maxLoads;
    private final int maxWaiters;
    private final Semaphore loads;
    private final Semaphore waiters;

    public LoadLimit(String cache, int maxLoads, int maxWaiters) {
        this.cache = cache;
        this.maxLoads = maxLoads;
        this.maxWaiters = maxWaiters;
        this.loads = new Semaphore(maxLoads);
        this.waiters = new Semaphore(maxWaiters);
    }

    /** Enters a load, waiting for a place for {@code waitNanos} at most. {@link #endLoad} must follow. */
    public void beginLoad(long waitNanos) {
        try {
            if (loads.tryAcquire() || awaitPlace(waitNanos)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LoadRejectedException("interrupted while waiting to load (cache '" + cache + "')", e);
        }
        throw new LoadRejectedException(
                "maxConcurrentLoads of " + maxLoads + " loads were under way (cache '" + cache
                        + "'). Raise it if the origin can take more.",
                null);
    }

    private boolean awaitPlace(long waitNanos) throws InterruptedException {
        beginWait();
        try {
            return loads.tryAcquire(waitNanos, TimeUnit.NANOSECONDS);
        } finally {
            endWait();
        }
    }

    public void endLoad() {
        loads.release();
    }

    /** Enters a wait for a load; {@link #endWait} must follow. */
    public void beginWait() {
        if (!waiters.tryAcquire()) {
            throw new LoadRejectedException(
                    "maxWaiters of " + maxWaiters + " callers were waiting for loads already (cache '" + cache + "')",
                    null);
        }
    }

    public void endWait() {
        waiters.release();
    }
}
