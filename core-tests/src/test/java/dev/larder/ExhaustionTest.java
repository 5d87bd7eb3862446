package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.event.CacheListener;
import dev.larder.event.RemovalCause;
import dev.larder.failure.LoadException;
import dev.larder.failure.LoadRejectedException;
import dev.larder.testkit.RecordingListener;
import dev.larder.testkit.Seed;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Memory, stack or threads run out, or user code fails, in the midst of a call: the call fails, and afterwards the cache
 * works as before. No key stays locked by a load that is gone.
 */
final class ExhaustionTest extends CacheFixture {
    private static final Duration LONG = Duration.ofSeconds(20);

    /** Stands for {@link OutOfMemoryError}, which test engines take for the end of the whole run. */
    private static final class NoMemory extends VirtualMachineError {
        private static final long serialVersionUID = 1L;
    }

    /** Has no thread to give where it is told so: the virtual machine then throws an error, the executor does not. */
    private final class PoorExecutor implements Executor {
        final AtomicBoolean isPoor = new AtomicBoolean();

        @Override
        public void execute(Runnable task) {
            if (isPoor.get()) {
                throw new NoMemory();
            }
            threads.execute(task);
        }
    }

    private final PoorExecutor executor = new PoorExecutor();

    @Override
    protected LarderBuilder larderBuilder() {
        return super.larderBuilder().executor(executor);
    }

    private CacheBuilder<Integer, String> numbers(String name) {
        return larder().cache(name, Integer.class, String.class).jitter(0).failureBackoff(Duration.ZERO, Duration.ZERO);
    }

    private static void assertThatItWorks(Cache<Integer, String> cache) {
        for (int key = 0; key < 20; key++) {
            assertThat(result(cache.async().get(key, asked -> "again " + asked)))
                    .isNotNull();
            cache.remove(key);
            assertThat(result(cache.async().get(key, asked -> "again " + asked)))
                    .isEqualTo("again " + key);
        }
    }

    @Test
    void loaderWithoutMemoryFailsItsCallersAndTheNextOneLoads() {
        Cache<Integer, String> cache = numbers("poor").build();

        assertThatThrownBy(() -> cache.get(1, key -> {
                    throw new NoMemory();
                }))
                .isInstanceOf(LoadException.class)
                .hasCauseInstanceOf(NoMemory.class);

        assertThat(cache.get(1, key -> "one")).isEqualTo("one");
        assertThatItWorks(cache);
    }

    @Test
    void loaderWithoutStackFailsItsCallersAndTheNextOneLoads() {
        Cache<Integer, String> cache = numbers("shallow").build();

        assertThatThrownBy(() -> cache.get(1, this::endless))
                .isInstanceOf(LoadException.class)
                .hasCauseInstanceOf(StackOverflowError.class);

        assertThat(cache.get(1, key -> "one")).isEqualTo("one");
        assertThatItWorks(cache);
    }

    @SuppressWarnings("InfiniteRecursion") // until the stack is used up
    private String endless(Integer key) {
        return endless(key + 1) + key;
    }

    @Test
    void weigherThatFailsLeavesTheEntryAsItWas() {
        AtomicBoolean fails = new AtomicBoolean();
        Cache<Integer, String> cache = numbers("weighed")
                .maxWeight(1000, (key, value) -> {
                    if (fails.get()) {
                        throw new NoMemory();
                    }
                    return 1;
                })
                .build();
        cache.put(1, "before");
        fails.set(true);

        assertThatThrownBy(() -> cache.put(1, "after")).isInstanceOf(NoMemory.class);
        assertThatThrownBy(() -> cache.get(2, key -> "two")).hasRootCauseInstanceOf(NoMemory.class);

        assertThat(cache.get(1, key -> "loaded")).isEqualTo("before");
        assertThat(cache.stats().size()).isOne();
        fails.set(false);
        assertThatItWorks(cache);
    }

    @Test
    void listenersHearOnAfterOneOfThemHadNoMemory() {
        RecordingListener<Integer, String> listener = new RecordingListener<>();
        AtomicInteger heard = new AtomicInteger();
        Cache<Integer, String> cache = numbers("heard")
                .listener(new CacheListener<>() {
                    @Override
                    public void onRemoval(Integer key, @Nullable String value, RemovalCause cause) {
                        heard.incrementAndGet();
                        throw new NoMemory();
                    }
                })
                .listener(listener)
                .build();

        for (int key = 0; key < 10; key++) {
            cache.put(key, "v");
            cache.remove(key);
        }

        assertThat(listener.awaitRemovals(10)).hasSize(10);
        assertThat(heard).hasValue(10);
    }

    @Test
    void evictionListenerWithoutMemoryFailsTheChangeAndTheEntryStays() {
        AtomicBoolean fails = new AtomicBoolean(true);
        Cache<Integer, String> cache = numbers("told")
                .maxEntries(2)
                .evictionListener((key, value, cause) -> {
                    if (fails.get()) {
                        throw new NoMemory();
                    }
                })
                .build();
        cache.put(1, "one");
        cache.put(2, "two");

        assertThatThrownBy(() -> cache.put(3, "three")).isInstanceOf(NoMemory.class);

        assertThat(cache.asMap()).containsOnlyKeys(1, 2);
        fails.set(false);
        assertThatItWorks(cache);
    }

    @Test
    void loadThatGotNoThreadLeavesItsKeyFree() {
        Cache<Integer, String> cache = numbers("threaded").hardTimeout(LONG).build();
        executor.isPoor.set(true);

        assertThatThrownBy(() -> cache.get(1, key -> "one"))
                .isInstanceOf(LoadRejectedException.class)
                .hasRootCauseInstanceOf(NoMemory.class);

        executor.isPoor.set(false);
        assertThat(cache.get(1, key -> "one")).isEqualTo("one");
        assertThatItWorks(cache);
    }

    @Test
    void bulkLoadThatGotNoThreadLeavesItsKeysFree() {
        Cache<Integer, String> cache = numbers("bulk").hardTimeout(LONG).build();
        executor.isPoor.set(true);

        assertThatThrownBy(() -> cache.getAll(List.of(1, 2), keys -> Map.of(1, "one", 2, "two")))
                .isInstanceOf(LoadRejectedException.class);

        executor.isPoor.set(false);
        assertThat(cache.getAll(List.of(1, 2), keys -> Map.of(1, "one", 2, "two")))
                .hasSize(2);
        assertThatItWorks(cache);
    }

    @Test
    void refreshThatGotNoThreadIsTriedAgainByTheNextRead() {
        AtomicInteger loads = new AtomicInteger();
        Cache<Integer, String> cache = numbers("refreshed")
                .timeToLive(SECOND)
                .staleWhileRevalidate(SECOND)
                .loader(key -> "load " + loads.incrementAndGet())
                .build();
        cache.get(1);
        ticker.advance(SECOND.plusMillis(1));
        executor.isPoor.set(true);

        assertThat(cache.get(1)).isEqualTo("load 1");

        executor.isPoor.set(false);
        assertThat(cache.get(1)).isEqualTo("load 1");
        eventually(() -> "load 2".equals(cache.get(1)));
    }

    @Test
    void eventsGoOnAfterThereWasNoThreadForThem() {
        RecordingListener<Integer, String> listener = new RecordingListener<>();
        Cache<Integer, String> cache = numbers("told").listener(listener).build();
        cache.put(1, "one");
        cache.put(2, "two");
        executor.isPoor.set(true);

        cache.remove(1);

        assertThat(cache.lookup(1).isMiss()).isTrue();
        executor.isPoor.set(false);
        cache.remove(2);
        assertThat(listener.awaitRemovals(2)).hasSize(2);
    }

    /** A value that cannot be compared. */
    private static final class Prickly {
        @Override
        public boolean equals(@Nullable Object other) {
            throw new NoMemory();
        }

        @Override
        public int hashCode() {
            throw new NoMemory();
        }
    }

    @Test
    void valueThatCannotBeComparedFailsOnlyCallsThatCompareIt() {
        Cache<Integer, Prickly> cache =
                larder().cache("prickly", Integer.class, Prickly.class).build();
        Prickly value = new Prickly();
        cache.put(1, value);
        cache.put(1, value);
        assertThat(cache.get(1, key -> new Prickly())).isSameAs(value);

        assertThatThrownBy(() -> cache.replace(1, new Prickly(), new Prickly())).isInstanceOf(NoMemory.class);
        assertThatThrownBy(() -> cache.asMap().remove(1, new Prickly())).isInstanceOf(NoMemory.class);

        assertThat(cache.get(1, key -> new Prickly())).isSameAs(value);
        cache.remove(1);
        assertThat(cache.stats().size()).isZero();
    }

    @Test
    void interruptedThreadReadsAndChangesAndStaysInterrupted() throws Exception {
        Cache<Integer, String> cache = numbers("interrupted").maxEntries(5).build();
        Thread thread = new Thread(() -> {
            Thread.currentThread().interrupt();
            for (int key = 0; key < 10; key++) {
                cache.put(key, "v" + key);
                assertThat(cache.asMap().get(key)).isIn("v" + key, null);
                cache.asMap().merge(key, "w", String::concat);
                cache.touch(key);
            }
            cache.remove(9);
            cache.clear();
            cache.put(0, Thread.currentThread().isInterrupted() ? "still" : "no more");
        });
        thread.start();
        thread.join(LONG.toMillis());

        assertThat(cache.asMap().get(0)).isEqualTo("still");
        assertThatItWorks(cache);
    }

    @Test
    void interruptedLoaderFailsItsCallerAndTheNextOneLoads() throws Exception {
        Cache<Integer, String> cache = numbers("interrupted").build();
        var failure = start(() -> {
            Thread.currentThread().interrupt();
            try {
                return cache.get(1, key -> {
                    new Semaphore(0).acquire();
                    return "one";
                });
            } finally {
                assertThat(Thread.interrupted()).isTrue();
            }
        });

        assertThat(failure(failure)).isInstanceOf(LoadException.class).hasCauseInstanceOf(InterruptedException.class);

        assertThat(cache.get(1, key -> "one")).isEqualTo("one");
        assertThatItWorks(cache);
    }

    @Test
    void keyThatFailsAtAnyCallLocksNothing() {
        Seed seed = Seed.of("ExhaustionTest");
        RandomGenerator random = seed.generator(0);
        Fuse fuse = new Fuse();
        Cache<Fuse.Key, Integer> cache = larder().cache("fused", Fuse.Key.class, Integer.class)
                .maxEntries(25)
                .failureBackoff(Duration.ZERO, Duration.ZERO)
                .build();
        int failed = 0;

        for (int step = 0; step < 5_000; step++) {
            int id = random.nextInt(30);
            fuse.failAt(1 + random.nextInt(40));
            try {
                use(cache, fuse, random, id, step);
            } catch (RuntimeException e) { // what the key threw, or a load that failed for it
                assertThat(e).as("%s, step %d", seed, step).hasStackTraceContaining("as it was told to");
                failed++;
            }
            fuse.disarm();
            Integer read = cache.get(new Fuse.Key(id, fuse), key -> -1);
            assertThat(read).as("%s, step %d", seed, step).isNotNull();
        }

        assertThat(failed).isGreaterThan(500);
    }

    private static void use(Cache<Fuse.Key, Integer> cache, Fuse fuse, RandomGenerator random, int id, int step) {
        Fuse.Key key = new Fuse.Key(id, fuse);
        switch (random.nextInt(8)) {
            case 0 -> cache.put(key, step);
            case 1 -> cache.remove(key);
            case 2 -> cache.asMap().merge(key, 1, Integer::sum);
            case 3 -> cache.asMap().putIfAbsent(key, step);
            case 4 -> cache.getAll(List.of(key, new Fuse.Key(id + 1, fuse)), keys -> loadAll(keys, step));
            case 5 -> cache.touch(key);
            default -> {
                cache.remove(key);
                cache.get(key, asked -> step);
            }
        }
    }

    private static Map<Fuse.Key, Integer> loadAll(Set<? extends Fuse.Key> keys, int value) {
        Map<Fuse.Key, Integer> loaded = new HashMap<>();
        keys.forEach(key -> loaded.put(key, value));
        return loaded;
    }
}
