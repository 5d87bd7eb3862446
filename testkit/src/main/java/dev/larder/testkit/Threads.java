package dev.larder.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs the threads of a race and brings back what they gave or threw. */
public final class Threads {
    /** What one thread of a race does; {@code number} counts from zero. */
    @FunctionalInterface
    public interface Part<T> {
        T run(int number) throws Exception;
    }

    /** A {@link Part} without a result. */
    @FunctionalInterface
    public interface Step {
        void run(int number) throws Exception;
    }

    private static final int PATIENCE_SECONDS = 60;

    private Threads() {}

    /**
     * Runs {@code part} on {@code count} threads that set off at one moment, and returns their results by number.
     *
     * @throws AssertionError with the first thread's failure as its cause, or if they have not ended within a minute
     */
    public static <T> List<T> race(int count, Part<T> part) {
        CyclicBarrier start = new CyclicBarrier(count);
        List<Callable<T>> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int number = i;
            calls.add(() -> {
                start.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
                return part.run(number);
            });
        }
        ExecutorService executor = Executors.newFixedThreadPool(count, task -> {
            Thread thread = new Thread(task, "race");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<Future<T>> futures = new ArrayList<>();
            calls.forEach(call -> futures.add(executor.submit(call)));
            return results(futures);
        } finally {
            executor.shutdownNow();
        }
    }

    /** As {@link #race}, where the threads give nothing back. */
    public static void run(int count, Step step) {
        race(count, number -> {
            step.run(number);
            return number;
        });
    }

    /** Gives up the processor for a moment: where a race would be lost, to make that likelier. */
    @SuppressWarnings("ThreadPriorityCheck") // nothing relies on it; it widens a window
    public static void letOthersRun() {
        Thread.yield();
    }

    private static <T> List<T> results(List<Future<T>> futures) {
        List<T> results = new ArrayList<>();
        for (Future<T> future : futures) {
            try {
                results.add(future.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
            } catch (ExecutionException e) {
                throw new AssertionError("a thread of the race failed: " + e.getCause(), e.getCause());
            } catch (TimeoutException e) {
                throw new AssertionError("a thread of the race did not end within " + PATIENCE_SECONDS + " s", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new AssertionError("interrupted while the race ran", e);
            }
        }
        return results;
    }
}
