package dev.larder.load;

import dev.larder.failure.LoadRejectedException;
import dev.larder.time.Ticker;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * How many loads of one cache may run at once, and how many callers may wait for loads at all.
 *
 * <p>A load that is asked for by another one of the same thread needs no place of its own: if it did, loads that nest would
 * wait for each other as soon as each place was taken by one of them. So it is threads that are limited.
 *
 * <p>Thread-safe: counts under the monitor. Places are given back by a store and not by a call, which a thread at the
 * end of its stack could not make; if it cannot wake another one either, that one looks by itself. No order among those
 * who wait: who waits longest gives up first anyway.
 */
public final class LoadLimit {
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** Whether a thread has a place. */
    private static final class Visit {
        boolean hasPlace;
    }

    private final String cache;
    private final int maxLoads;
    private final int maxWaiters;
    private final Ticker ticker = Ticker.system(); // threads wait in real time
    private final ThreadLocal<Visit> visits = ThreadLocal.withInitial(Visit::new);
    private int loads;
    /** Who waits for a place; they count among the waiters, too. */
    private int queued;

    private int waiters;

    public LoadLimit(String cache, int maxLoads, int maxWaiters) {
        this.cache = cache;
        this.maxLoads = maxLoads;
        this.maxWaiters = maxWaiters;
    }

    /** Runs a load, once there is a place for it; waits for one for {@code waitNanos} at most. */
    <T> T loading(long waitNanos, Supplier<T> load) {
        Visit visit = visits.get();
        if (visit.hasPlace) {
            return load.get();
        }
        try {
            if (!tryEnter(visit)) {
                awaitPlace(visit, waitNanos);
            }
            return load.get();
        } finally {
            if (visit.hasPlace) {
                synchronized (this) {
                    loads--;
                    visit.hasPlace = false;
                    if (queued > 0) {
                        notify();
                    }
                }
            }
        }
    }

    private synchronized boolean tryEnter(Visit visit) {
        if (loads >= maxLoads) {
            return false;
        }
        loads++;
        visit.hasPlace = true;
        return true;
    }

    private void awaitPlace(Visit visit, long waitNanos) {
        boolean entered = waiting(() -> {
            long deadline = Ticker.after(ticker.nanos(), waitNanos);
            synchronized (this) {
                queued++;
                try {
                    while (!tryEnter(visit)) {
                        long left = deadline - ticker.nanos();
                        if (left <= 0) {
                            return false;
                        }
                        pause(Math.min(left, LOOK_NANOS));
                    }
                    return true;
                } finally {
                    queued--;
                }
            }
        });
        if (!entered) {
            throw new LoadRejectedException(
                    "maxConcurrentLoads of " + maxLoads + " loads were under way (cache '" + cache
                            + "'). Raise it if the origin can take more.",
                    null);
        }
    }

    private void pause(long nanos) {
        try {
            TimeUnit.NANOSECONDS.timedWait(this, nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LoadRejectedException("interrupted while waiting to load (cache '" + cache + "')", e);
        }
    }

    /** Runs a wait for a load, unless too many callers wait already. */
    public <T> T waiting(Supplier<T> wait) {
        if (!tryBeginWait()) {
            throw new LoadRejectedException(
                    "maxWaiters of " + maxWaiters + " callers were waiting for loads already (cache '" + cache + "')",
                    null);
        }
        try {
            return wait.get();
        } finally {
            synchronized (this) {
                waiters--;
            }
        }
    }

    private synchronized boolean tryBeginWait() {
        if (waiters >= maxWaiters) {
            return false;
        }
        waiters++;
        return true;
    }
}
