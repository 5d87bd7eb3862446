package dev.larder.testkit;

import dev.larder.time.Scheduler;
import dev.larder.time.Ticker;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * A scheduler whose time is a {@link FakeTicker}: a task runs when a test moves the clock past its moment, on the thread
 * that moves it, in the order of the moments. A task without delay runs at once, on the thread that schedules it.
 *
 * <p>What a task throws is kept in {@link #failures()} and stops nothing, as {@link Scheduler} promises. Thread-safe:
 * the queue is guarded by this object's lock, which no task ever sees held.
 */
public final class ManualScheduler implements Scheduler {
    private final FakeTicker ticker;
    private final FakeTicker.Alarm alarm = new FakeTicker.Alarm() {
        @Override
        public long nextNanos() {
            return nextDueNanos();
        }

        @Override
        public void ring() {
            runDue();
        }
    };
    private final PriorityQueue<Task> queue =
            new PriorityQueue<>(Comparator.comparingLong(Task::dueNanos).thenComparingLong(Task::number));
    private final List<Throwable> failures = new ArrayList<>();
    private long scheduled;
    private boolean closed;

    private record Task(Runnable action, long dueNanos, long number) {}

    /** A scheduler driven by {@code ticker}. */
    public ManualScheduler(FakeTicker ticker) {
        this.ticker = ticker;
        ticker.add(alarm);
    }

    @Override
    public Scheduled schedule(Runnable task, long delayNanos) {
        Task added;
        synchronized (this) {
            if (closed) {
                throw new IllegalStateException("the scheduler is closed");
            }
            added = new Task(task, Ticker.after(ticker.nanos(), Math.max(0, delayNanos)), scheduled++);
            queue.add(added);
        }
        if (delayNanos <= 0) {
            runDue();
        }
        return () -> forget(added);
    }

    /** How many tasks wait for their moment. */
    public synchronized int waiting() {
        return queue.size();
    }

    /** What tasks have thrown so far, in order. */
    public synchronized List<Throwable> failures() {
        return List.copyOf(failures);
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            queue.clear();
        }
        ticker.remove(alarm);
    }

    private synchronized long nextDueNanos() {
        Task next = queue.peek();
        return next == null ? Ticker.NEVER : next.dueNanos();
    }

    private void runDue() {
        for (Task task = takeDue(); task != null; task = takeDue()) {
            try {
                task.action().run();
            } catch (RuntimeException | Error e) {
                failed(e);
            }
        }
    }

    private synchronized @Nullable Task takeDue() {
        Task next = queue.peek();
        return next != null && next.dueNanos() <= ticker.nanos() ? queue.poll() : null;
    }

    private synchronized void forget(Task task) {
        queue.remove(task);
    }

    private synchronized void failed(Throwable failure) {
        failures.add(failure);
    }
}
