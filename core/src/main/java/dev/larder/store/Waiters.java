package dev.larder.store;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Threads that wait for something to be free, each until an attempt of its own to take it succeeds.
 *
 * <p>Whoever frees the thing calls {@link #wakeOne} afterwards. A call to wake that never came, because there was no stack
 * left for it, costs a moment: who waits looks by itself too, in growing steps. And once an attempt has succeeded no
 * further call is made before {@link #await} returns, so that what was taken is never lost for want of stack.
 *
 * <p>Thread-safe. A thread enters the queue, raises {@code isAny} and then tries once more before it parks; who wakes has
 * freed the thing before it reads {@code isAny}. All of these are volatile, so that one of the two sees the other. Order
 * of the queue is that of arrival, but whoever comes by when the thing is free may take it.
 */
final class Waiters {
    private static final long FIRST_PAUSE_NANOS = 1_000_000;
    private static final long LONGEST_PAUSE_NANOS = 32_000_000;

    private static final class Waiter {
        final Thread thread = Thread.currentThread();
        volatile boolean isQueued;
        volatile boolean isDone;
    }

    private final ConcurrentLinkedQueue<Waiter> queue = new ConcurrentLinkedQueue<>();
    private volatile boolean isAny;

    /** Waits until {@code attempt} succeeds, which must make no call after it took something; not to be interrupted. */
    void await(BooleanSupplier attempt) {
        Waiter self = new Waiter();
        long pause = FIRST_PAUSE_NANOS;
        try {
            while (!tryOnceMore(self, attempt)) {
                boolean interrupted = Thread.interrupted(); // it would not park
                LockSupport.parkNanos(this, pause);
                if (interrupted) {
                    self.thread.interrupt();
                }
                pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
            }
        } finally {
            self.isDone = true;
        }
    }

    private boolean tryOnceMore(Waiter self, BooleanSupplier attempt) {
        if (!self.isQueued) {
            self.isQueued = true;
            queue.add(self);
        }
        isAny = true;
        return attempt.getAsBoolean();
    }

    /** Something is free: wakes who has waited longest. */
    void wakeOne() {
        if (isAny) {
            wakeFirst();
        }
    }

    private void wakeFirst() {
        while (true) {
            Waiter first = queue.poll();
            if (first == null) {
                isAny = false;
                first = queue.poll(); // one that came meanwhile
                if (first == null) {
                    return;
                }
                isAny = true;
            }
            if (!first.isDone) {
                first.isQueued = false;
                LockSupport.unpark(first.thread);
                return;
            }
        }
    }
}
