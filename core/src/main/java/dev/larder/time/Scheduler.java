package dev.larder.time;

import java.util.concurrent.CountDownLatch;

/**
 * Runs short tasks later. Tasks must not block: whoever has long work hands it to an executor from the task.
 *
 * <p>Thread-safe. A task that throws is logged and forgotten; the others are not affected.
 */
public interface Scheduler extends AutoCloseable {
    /** A task that waits for its time. */
    @FunctionalInterface
    interface Scheduled {
        /** Forgets the task if it has not begun. Idempotent. */
        void cancel();
    }

    /** Runs {@code task} once, no sooner than {@code delayNanos} from now; at once where it is not positive. */
    Scheduled schedule(Runnable task, long delayNanos);

    /** Blocks the calling thread for {@code nanos}, as this scheduler counts them. */
    default void pause(long nanos) throws InterruptedException {
        CountDownLatch over = new CountDownLatch(1);
        Scheduled waiting = schedule(over::countDown, nanos);
        try {
            over.await();
        } finally {
            waiting.cancel();
        }
    }

    /** Forgets every waiting task. Later calls of {@link #schedule} throw {@link IllegalStateException}. */
    @Override
    void close();

    /** A scheduler with one daemon thread named {@code threadName}, made when it is first needed. */
    static Scheduler system(String threadName) {
        return new SystemScheduler(threadName);
    }
}
