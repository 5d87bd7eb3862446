package dev.larder.testkit;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A place where threads stop until a test opens it. A test waits with {@link #awaitArrivals} until the threads it wants
 * have stopped there, does what should happen meanwhile, and lets them go with {@link #open()}.
 *
 * <p>No wait is for ever: after {@value #PATIENCE_SECONDS} seconds it ends with an {@link AssertionError}, so that a
 * mistaken test fails instead of hanging. Thread-safe.
 */
public final class Gate implements AutoCloseable {
    /** How long any wait at a gate lasts at most, in seconds. */
    public static final int PATIENCE_SECONDS = 30;

    private final CountDownLatch opened = new CountDownLatch(1);
    private final AtomicInteger arrivals = new AtomicInteger();
    private final Semaphore unseenArrivals = new Semaphore(0);

    /** Stops the calling thread here until the gate is open. */
    public void pass() throws InterruptedException {
        arrivals.incrementAndGet();
        unseenArrivals.release();
        if (!opened.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("nobody opened the gate within " + PATIENCE_SECONDS + " s");
        }
    }

    /** Waits until {@code count} further threads, not yet waited for by an earlier call, have come here. */
    public void awaitArrivals(int count) {
        awaitArrivals(count, Duration.ofSeconds(PATIENCE_SECONDS));
    }

    /** As {@link #awaitArrivals(int)}, but for {@code patience} at most. */
    public void awaitArrivals(int count, Duration patience) {
        try {
            if (!unseenArrivals.tryAcquire(count, patience.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new AssertionError("expected " + count + " further arrivals at the gate within " + patience
                        + " but " + arrivals.get() + " came in all");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for arrivals at the gate", e);
        }
    }

    /** How many threads have come here so far, those gone on included. */
    public int arrivals() {
        return arrivals.get();
    }

    /** Lets go whoever is here, and whoever comes later. Idempotent. */
    public void open() {
        opened.countDown();
    }

    /** As {@link #open()}, so that a failing test leaves no thread behind. */
    @Override
    public void close() {
        open();
    }
}
