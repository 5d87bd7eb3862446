package dev.larder;

import dev.larder.testkit.FakeTicker;
import dev.larder.testkit.ManualScheduler;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jetbrains.lincheck.datastructures.StressOptions;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Linearizability of the public calls, under stress: {@link Cache#asMap()} beside a {@link HashMap}; and reads that load
 * beside changes of the origin followed by an invalidation, which together must look like one register (promise G2).
 */
@Tag("lincheck")
@Timeout(600)
class CacheLincheckTest {
    @Test
    void mapIsLinearizable() {
        stress(3, 200, Mapped.class, PlainMap.class);
    }

    @Test
    void originAndCacheTogetherAreOneRegister() {
        stress(3, 200, Loading.class, Register.class);
    }

    @Tag("long")
    @Test
    void mapIsLinearizableUnderMuchStress() {
        stress(60, 5_000, Mapped.class, PlainMap.class);
    }

    @Tag("long")
    @Test
    void originAndCacheTogetherAreOneRegisterUnderMuchStress() {
        stress(60, 5_000, Loading.class, Register.class);
    }

    private static void stress(int scenarios, int runs, Class<?> tested, Class<?> specification) {
        new StressOptions()
                .iterations(scenarios)
                .invocationsPerIteration(runs)
                .threads(2)
                .actorsBefore(1)
                .actorsPerThread(4)
                .actorsAfter(2)
                .sequentialSpecification(specification)
                .check(tested);
    }

    private static Cache<Integer, Integer> newCache() {
        FakeTicker ticker = new FakeTicker();
        return Larder.builder()
                .ticker(ticker)
                .scheduler(new ManualScheduler(ticker))
                .executor(Runnable::run)
                .open()
                .cache("checked", Integer.class, Integer.class)
                .build();
    }

    /** A sum that is taken away when it gets great. */
    private static @Nullable Integer grown(@Nullable Integer old, int value) {
        if (old == null) {
            return value;
        }
        return old > 9 ? null : Integer.valueOf(old + value);
    }

    /** The map's calls. */
    @Param(name = "key", gen = IntGen.class, conf = "1:2")
    @Param(name = "value", gen = IntGen.class, conf = "1:9")
    public static class Mapped {
        private final ConcurrentMap<Integer, Integer> map = newCache().asMap();

        @Operation
        public @Nullable Integer get(@Param(name = "key") int key) {
            return map.get(key);
        }

        @Operation
        public @Nullable Integer put(@Param(name = "key") int key, @Param(name = "value") int value) {
            return map.put(key, value);
        }

        @Operation
        public @Nullable Integer remove(@Param(name = "key") int key) {
            return map.remove(key);
        }

        @Operation
        public @Nullable Integer computeIfAbsent(@Param(name = "key") int key, @Param(name = "value") int value) {
            return map.computeIfAbsent(key, absent -> value);
        }

        @Operation
        public @Nullable Integer compute(@Param(name = "key") int key, @Param(name = "value") int value) {
            return map.compute(key, (present, old) -> grown(old, value));
        }

        @Operation
        public @Nullable Integer merge(@Param(name = "key") int key, @Param(name = "value") int value) {
            return map.merge(key, value, Integer::sum);
        }
    }

    /** What the map must do. */
    public static class PlainMap {
        private final Map<Integer, Integer> map = new HashMap<>();

        public @Nullable Integer get(int key) {
            return map.get(key);
        }

        public @Nullable Integer put(int key, int value) {
            return map.put(key, value);
        }

        public @Nullable Integer remove(int key) {
            return map.remove(key);
        }

        public @Nullable Integer computeIfAbsent(int key, int value) {
            return map.computeIfAbsent(key, absent -> value);
        }

        public @Nullable Integer compute(int key, int value) {
            return map.compute(key, (present, old) -> grown(old, value));
        }

        public @Nullable Integer merge(int key, int value) {
            return map.merge(key, value, Integer::sum);
        }
    }

    /** Reads that load from an origin, which changes. */
    @Param(name = "value", gen = IntGen.class, conf = "1:99")
    public static class Loading {
        private final AtomicInteger origin = new AtomicInteger();
        private final Cache<Integer, Integer> cache = newCache();

        @Operation
        public @Nullable Integer read() {
            return cache.get(1, key -> origin.get());
        }

        @Operation
        public void change(@Param(name = "value") int value) {
            synchronized (origin) { // writers of one row take turns, as in a database
                origin.set(value);
                cache.remove(1);
            }
        }

        @Operation
        public void changeAndClear(@Param(name = "value") int value) {
            synchronized (origin) {
                origin.set(value);
                cache.clear();
            }
        }
    }

    /** What reads and changes must look like. */
    public static class Register {
        private int value;

        public int read() {
            return value;
        }

        public void change(int newValue) {
            value = newValue;
        }

        public void changeAndClear(int newValue) {
            value = newValue;
        }
    }
}
