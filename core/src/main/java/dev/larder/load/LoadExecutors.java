package dev.larder.load;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The executor of a Larder that was given none: a virtual thread a task where the JDK has them, else a bounded pool. */
public final class LoadExecutors {
    private static final int POOL_THREADS = 64;
    private static final int POOL_QUEUE = 10_000;

    private LoadExecutors() {}

    /** A new executor; close it by {@link ExecutorService#shutdown}. */
    public static ExecutorService create() {
        try {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
            return pool(); // a JDK before 21
        }
    }

    private static ExecutorService pool() {
        AtomicInteger number = new AtomicInteger();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                POOL_THREADS, POOL_THREADS, 30, TimeUnit.SECONDS, new ArrayBlockingQueue<>(POOL_QUEUE), task -> {
                    Thread thread = new Thread(task, "larder-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
