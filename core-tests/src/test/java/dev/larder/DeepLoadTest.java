package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.failure.LarderException;
import dev.larder.failure.LoadException;
import dev.larder.testkit.Seed;
import dev.larder.testkit.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Loads that run out of stack, at every depth, as those of a recursion through the cache do: afterwards each key can be
 * loaded at once, by any thread, though few loads have a place at a time and few callers may wait.
 */
class DeepLoadTest {
    private static final int LEVELS = 120;
    private static final int KEYS = 50;

    /** For background work: a pool of the JDK's that is given work without stack may keep its lock for ever. */
    private final Queue<Runnable> background = new ConcurrentLinkedQueue<>();

    private volatile boolean isClosed;

    private final Larder larder = Larder.builder().executor(background::add).open();
    private final SplittableRandom random =
            new SplittableRandom(Seed.of("DeepLoadTest").value());
    private int overflows;

    /** A class of the JDK's whose first use is without stack is of no use to anybody any more. */
    @BeforeAll
    static void initialiseWhatWaitsUse() {
        assertThatThrownBy(() -> new CompletableFuture<>().get(1, TimeUnit.NANOSECONDS))
                .isInstanceOf(TimeoutException.class);
    }

    @BeforeEach
    void startWorker() {
        Thread worker = new Thread(this::work, "worker");
        worker.setDaemon(true);
        worker.start();
    }

    private void work() {
        while (!isClosed) {
            Runnable task = background.poll();
            if (task != null) {
                task.run();
            } else {
                LockSupport.parkNanos(100_000);
            }
        }
    }

    @AfterEach
    void close() {
        larder.close();
        isClosed = true;
    }

    private Cache<Integer, Integer> cache(Consumer<CacheBuilder<Integer, Integer>> settings) {
        CacheBuilder<Integer, Integer> builder = larder.cache("k", Integer.class, Integer.class)
                .maxEntries(1_000)
                .maxConcurrentLoads(1)
                .maxWaiters(1);
        settings.accept(builder);
        return builder.loader(key -> {
                    if (key < 0) {
                        throw new IOException("no such row");
                    }
                    return -key;
                })
                .build();
    }

    @Test
    void keysCanBeLoadedAfterLoadsThatRanOutOfStack() throws InterruptedException {
        run(cache(builder -> {}), 15);
    }

    @Tag("long")
    @Test
    void keysCanBeLoadedAfterManyLoadsThatRanOutOfStack() throws InterruptedException {
        run(cache(builder -> {}), 3_000);
    }

    @Test
    void keysCanBeLoadedAfterRefreshesThatRanOutOfStack() throws InterruptedException {
        run(cache(builder -> builder.timeToLive(Duration.ofNanos(1)).staleWhileRevalidate(Duration.ofHours(1))), 15);
    }

    private void run(Cache<Integer, Integer> cache, int dives) throws InterruptedException {
        assertThatThrownBy(() -> cache.get(-1)).isInstanceOf(LoadException.class);
        for (int i = 0; i < 5_000; i++) {
            step(cache); // loads and links all classes: where that fails it is not the cache's fault
        }
        for (int dive = 0; dive < dives; dive++) {
            DeepDive.run(DeepDive.STRIDE * dive, LEVELS, () -> step(cache));
            Threads.run(1, number -> {
                for (int key = 1; key <= KEYS; key++) {
                    assertThat(cache.get(key)).isEqualTo(-key);
                }
            });
        }
        assertThat(overflows).as("calls without stack").isGreaterThan(dives);
    }

    /** One call for some key. One that meets what a call without stack left behind may be told so, once. */
    private void step(Cache<Integer, Integer> cache) {
        try {
            int key = 1 + random.nextInt(KEYS);
            switch (random.nextInt(4)) {
                case 0 -> cache.remove(key);
                case 1 -> cache.getAll(List.of(key, 1 + key % KEYS));
                default -> cache.get(key);
            }
        } catch (StackOverflowError e) {
            overflows++;
        } catch (LarderException | Error e) { // the JVM's own errors: it could not link a call
            if (!isForWantOfStack(e)) {
                throw e;
            }
        }
    }

    private static boolean isForWantOfStack(Throwable thrown) {
        for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
            if (cause instanceof StackOverflowError
                    || String.valueOf(cause.getMessage()).contains("out of stack")) {
                return true;
            }
        }
        return false;
    }

    @Test
    void recursionThroughTheCacheEndsAndLeavesNothingLocked() throws InterruptedException {
        List<Cache<Integer, Integer>> holder = new ArrayList<>();
        holder.add(larder.cache("sum", Integer.class, Integer.class)
                .maxEntries(1_000_000)
                .maxConcurrentLoads(1)
                .loader(key -> key == 0
                        ? 0
                        : key + Objects.requireNonNull(holder.get(0).get(key - 1)))
                .build());
        Cache<Integer, Integer> sum = holder.get(0);

        Threads.run(1, number -> {
            try {
                sum.get(1_000_000);
            } catch (StackOverflowError | LarderException e) {
                assertThat(isForWantOfStack(e)).isTrue();
            }
        });

        for (int key = 0; key <= 1_000_000; key += 100) { // from what is there, step by step
            sum.get(key);
        }
        assertThat(sum.get(1_000)).isEqualTo(500_500);
    }
}
