package dev.larder.file;

import dev.larder.failure.LarderException;
import dev.larder.failure.TierException;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The few threads that do a tier's work on the disk, so that no caller waits for it. Thread-safe. At most
 * {@value #MAX_WAITING} steps wait; further ones fail at once.
 */
final class Workers {
    private static final int MAX_WAITING = 10_000;
    private static final int IDLE_SECONDS = 30;

    private final String tier;
    private final ThreadPoolExecutor pool;

    /** Work that may fail as disks do. */
    @FunctionalInterface
    interface Work<T extends @Nullable Object> {
        @Nullable T done() throws IOException;
    }

    /** {@code afterwards} runs once, when these were closed and the last step is done. */
    Workers(String tier, String threadName, int threads, Runnable afterwards) {
        this.tier = tier;
        AtomicInteger number = new AtomicInteger();
        this.pool =
                new ThreadPoolExecutor(
                        threads,
                        threads,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(MAX_WAITING),
                        task -> {
                            Thread thread = new Thread(task, threadName + '-' + number.incrementAndGet());
                            thread.setDaemon(true);
                            return thread;
                        }) {
                    @Override
                    protected void terminated() {
                        afterwards.run();
                    }
                };
    }

    /** Lets threads end that have nothing to do. Not for work that holds a lock from one task to the next. */
    Workers endingIdle() {
        pool.allowCoreThreadTimeOut(true);
        return this;
    }

    /** The result of {@code work}, later; where it fails, a {@link TierException} that says why. */
    <T extends @Nullable Object> CompletionStage<T> answer(Work<T> work) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        try {
            pool.execute(() -> {
                try {
                    answer.complete(work.done());
                } catch (IOException e) {
                    answer.completeExceptionally(failure(e));
                } catch (LarderException e) {
                    answer.completeExceptionally(e);
                } catch (RuntimeException | Error e) {
                    answer.completeExceptionally(new TierException(tier + " failed: " + e, e));
                }
            });
        } catch (RejectedExecutionException e) {
            String reason = pool.isShutdown() ? " is closed" : " is behind: " + MAX_WAITING + " steps wait";
            answer.completeExceptionally(new TierException(tier + reason, e));
        }
        return answer;
    }

    /** Runs {@code task} later; not at all if these are closed. */
    void run(Runnable task) {
        try {
            pool.execute(task);
        } catch (RejectedExecutionException e) { // closed, or so far behind that the task would come too late
            return;
        }
    }

    private TierException failure(IOException e) {
        String message = e instanceof Folder.RefusedException ? String.valueOf(e.getMessage()) : tier + " failed: " + e;
        return new TierException(message, e);
    }

    /** Takes no more work; what was taken is done. Does not wait for it. Idempotent. */
    void close() {
        pool.shutdown();
    }
}
