package dev.larder.testkit;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * An executor that keeps what it is given until a test says {@link #runAll}: background work then happens at a moment of
 * the test's choosing, on the test's thread. Thread-safe: guarded by this object's lock, which no task sees held.
 */
public final class ManualExecutor implements Executor {
    private final Queue<Runnable> tasks = new ArrayDeque<>();
    private boolean refusing;

    @Override
    public synchronized void execute(Runnable task) {
        if (refusing) {
            throw new RejectedExecutionException("a test told this executor to refuse work");
        }
        tasks.add(task);
    }

    /** How many tasks wait. */
    public synchronized int waiting() {
        return tasks.size();
    }

    /** Runs what waits, and what that adds, until nothing does; returns how many tasks ran. */
    public int runAll() {
        int ran = 0;
        for (Runnable task = next(); task != null; task = next()) {
            task.run();
            ran++;
        }
        return ran;
    }

    /** From now on takes no work, as a pool does whose queue is full; or takes it again. */
    public synchronized void refuse(boolean refuse) {
        refusing = refuse;
    }

    private synchronized @Nullable Runnable next() {
        return tasks.poll();
    }
}
