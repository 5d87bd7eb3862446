package dev.larder.storefront.meter;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * What one piece of work, such as a request, caused: calls of caches, loads, SQL statements. It is bound to the thread that
 * runs the work, so that code far below counts on the right meter without being handed it; work that moves to another
 * thread is not counted. Thread-safe.
 */
public final class Meter {
    private static final ScopedValue<Meter> CURRENT = ScopedValue.newInstance();

    private final AtomicInteger cacheCalls = new AtomicInteger();
    private final AtomicInteger loads = new AtomicInteger();
    private final AtomicInteger sqlStatements = new AtomicInteger();

    /** Runs {@code work}, counting on this meter what the calling thread does meanwhile. */
    public <T, X extends Exception> T during(Work<T, X> work) throws X {
        return ScopedValue.where(CURRENT, this).call(work::run);
    }

    /** Counts a call of a cache, where the thread has a meter. */
    public static void cacheCall() {
        if (CURRENT.isBound()) {
            CURRENT.get().cacheCalls.incrementAndGet();
        }
    }

    /** Counts loads, where the thread has a meter. */
    public static void loads(int count) {
        if (CURRENT.isBound()) {
            CURRENT.get().loads.addAndGet(count);
        }
    }

    static void sqlStatement() {
        if (CURRENT.isBound()) {
            CURRENT.get().sqlStatements.incrementAndGet();
        }
    }

    public int cacheCalls() {
        return cacheCalls.get();
    }

    public int loads() {
        return loads.get();
    }

    public int sqlStatements() {
        return sqlStatements.get();
    }

    /**
     * What is measured.
     *
     * @param <T> what it gives
     * @param <X> what it throws
     */
    @FunctionalInterface
    public interface Work<T, X extends Exception> {
        T run() throws X;
    }
}
