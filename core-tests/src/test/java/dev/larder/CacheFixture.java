package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.testkit.FakeOrigin;
import dev.larder.testkit.FakeTicker;
import dev.larder.testkit.ManualScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/**
 * What the tests of caches share: a clock that stands still, an origin that counts, threads that are ended, and at the
 * end of each test a look at what must hold of any cache.
 */
public abstract class CacheFixture {
    protected static final Duration SECOND = Duration.ofSeconds(1);
    protected static final int PATIENCE_SECONDS = 30;

    protected final FakeTicker ticker = new FakeTicker();
    protected final ManualScheduler scheduler = new ManualScheduler(ticker);
    protected final FakeOrigin<String, String> origin = new FakeOrigin<>();
    protected final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "test");
        thread.setDaemon(true);
        return thread;
    });

    private final List<Larder> opened = new ArrayList<>();
    private @Nullable Larder larder;

    /** A Larder builder on this test's clock, threads and 16 MiB of memory. */
    protected LarderBuilder larderBuilder() {
        return Larder.builder()
                .tiers("memory:16MiB")
                .ticker(ticker)
                .scheduler(scheduler)
                .executor(threads);
    }

    /** Opens a Larder that is closed at the end of the test. */
    protected final Larder open(LarderBuilder builder) {
        Larder created = builder.open();
        opened.add(created);
        return created;
    }

    /** This test's Larder. */
    protected final Larder larder() {
        if (larder == null) {
            larder = open(larderBuilder());
        }
        return larder;
    }

    /** A cache over {@link #origin}, without jitter, so that times are exact. */
    protected CacheBuilder<String, String> builder() {
        return builder("things");
    }

    protected final CacheBuilder<String, String> builder(String name) {
        return bare(name).loader(origin);
    }

    /** A cache without a loader. */
    protected final CacheBuilder<String, String> bare(String name) {
        return larder().cache(name, String.class, String.class).jitter(0);
    }

    /** Runs {@code call} on another thread. */
    protected final <T extends @Nullable Object> Future<T> start(Callable<T> call) {
        return threads.submit(call);
    }

    /** Runs {@code call} on {@code count} other threads. */
    protected final <T extends @Nullable Object> List<Future<T>> start(int count, Callable<T> call) {
        List<Future<T>> futures = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            futures.add(start(call));
        }
        return futures;
    }

    /** The result of {@code future}, which must come. */
    protected static <T extends @Nullable Object> T result(Future<T> future) {
        try {
            return future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError("the call failed: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("the call did not end within " + PATIENCE_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** What {@code future} fails with; it must fail. */
    protected static Throwable failure(Future<?> future) {
        try {
            Object result = future.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            throw new AssertionError("the call should have failed but gave " + result);
        } catch (ExecutionException e) {
            return e.getCause() == null ? e : e.getCause();
        } catch (TimeoutException e) {
            throw new AssertionError("the call did not end within " + PATIENCE_SECONDS + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    /** Waits, in real time, until {@code condition} holds. */
    protected static void eventually(Callable<Boolean> condition) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(2))
                .atMost(Duration.ofSeconds(PATIENCE_SECONDS))
                .until(condition);
    }

    /** Moves the clock on, step by step, until {@code future} is done: for waits that count the fake time. */
    protected final void advanceUntilDone(Future<?> future, Duration step) {
        eventually(() -> {
            ticker.advance(step);
            return future.isDone();
        });
    }

    /** A future that is already done, for calls that take futures. */
    protected static <T> Future<T> done(T value) {
        return CompletableFuture.completedFuture(value);
    }

    @AfterEach
    void everyCacheIsWhole() {
        for (Larder each : opened) {
            for (Cache<?, ?> cache : each.caches()) {
                checkWhole(cache);
            }
            each.close();
        }
        assertThat(scheduler.failures()).as("what scheduled tasks threw").isEmpty();
        threads.shutdownNow();
    }

    private static void checkWhole(Cache<?, ?> cache) {
        assertThat(cache.asMap().size()).as("size of the map").isBetween(0, (int)
                cache.stats().size());
        int seen = 0;
        for (Object key : cache.asMap().keySet()) {
            assertThat(key).isNotNull();
            seen++;
        }
        assertThat(seen).as("entries seen").isLessThanOrEqualTo((int)
                cache.stats().size());
        assertThat(cache.stats().weight()).isNotNegative();
    }
}
