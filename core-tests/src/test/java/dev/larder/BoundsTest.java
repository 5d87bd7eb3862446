package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.event.RemovalCause;
import dev.larder.stats.Count;
import dev.larder.testkit.RecordingListener;
import dev.larder.testkit.Threads;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Promise G6: the near tier never holds more than its bound, in entries, weight or bytes. */
final class BoundsTest extends CacheFixture {
    private CacheBuilder<Integer, String> numbers(String name) {
        return larder().cache(name, Integer.class, String.class).jitter(0);
    }

    @Test
    void entriesNeverExceedTheirBound() {
        Cache<Integer, String> cache = numbers("few").maxEntries(10).build();

        for (int i = 0; i < 1_000; i++) {
            cache.put(i, "v");
            assertThat(cache.stats().size()).isLessThanOrEqualTo(10);
        }

        assertThat(cache.stats().size()).isEqualTo(10);
        assertThat(cache.stats().of(Count.EVICTIONS)).isEqualTo(990);
        assertThat(cache.asMap()).hasSize(10);
    }

    @Test
    void boundOfOneEntryHoldsOneEntry() {
        Cache<Integer, String> cache = numbers("one").maxEntries(1).build();

        cache.put(1, "v");
        cache.put(2, "v");
        assertThat(cache.stats().size()).isOne();
        cache.put(2, "w");

        assertThat(cache.stats().size()).isOne();
    }

    @Test
    void weightNeverExceedsItsBound() {
        Cache<Integer, String> cache = numbers("heavy")
                .maxWeight(100, (key, value) -> value == null ? 1 : value.length())
                .build();

        for (int i = 0; i < 1_000; i++) {
            cache.put(i, "x".repeat(1 + i % 20));
            assertThat(cache.stats().weight()).isLessThanOrEqualTo(100);
        }

        assertThat(cache.stats().weight()).isGreaterThan(60);
        assertThat(cache.asMap().values().stream().mapToInt(String::length).sum())
                .isEqualTo((int) cache.stats().weight());
    }

    @Test
    void entryHeavierThanTheWholeBoundIsHandedOutAndNotKept() {
        RecordingListener<String, String> listener = new RecordingListener<>();
        Cache<String, String> cache = builder("heavy")
                .maxWeight(10, (key, value) -> value == null ? 0 : value.length())
                .listener(listener)
                .build();
        cache.put("small", "12345");
        origin.set("big", "x".repeat(11));

        assertThat(cache.get("big")).hasSize(11);

        assertThat(cache.lookup("big").isMiss()).isTrue();
        assertThat(cache.lookup("small").isHit()).isTrue();
        listener.await(
                event -> event.equals(new RecordingListener.Removal<>("big", "x".repeat(11), RemovalCause.EVICTED)));
    }

    @Test
    void valueThatGrewTooHeavyTakesTheOldOneWithIt() {
        Cache<String, String> cache = bare("heavy")
                .maxWeight(10, (key, value) -> value == null ? 0 : value.length())
                .build();
        cache.put("k", "old");

        cache.put("k", "x".repeat(11));

        assertThat(cache.lookup("k").isMiss()).isTrue();
        assertThat(cache.stats().weight()).isZero();
    }

    @Test
    void entriesWithoutWeightAreKept() {
        Cache<Integer, String> cache =
                numbers("light").maxWeight(1, (key, value) -> 0).build();

        for (int i = 0; i < 100; i++) {
            cache.put(i, "v");
        }

        assertThat(cache.stats().size()).isEqualTo(100);
    }

    @Test
    void negativeWeightIsRefusedWithAMessage() {
        Cache<Integer, String> cache =
                numbers("wrong").maxWeight(10, (key, value) -> -1).build();

        assertThatThrownBy(() -> cache.put(1, "v"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("weigher")
                .hasMessageContaining(">= 0")
                .hasMessageContaining("-1");
    }

    @Test
    void weigherThatThrowsFailsThePutAndHarmsNothing() {
        Cache<Integer, String> cache = numbers("wrong")
                .maxWeight(10, (key, value) -> {
                    if (key == 2) {
                        throw new IllegalStateException("weigher");
                    }
                    return 1;
                })
                .build();
        cache.put(1, "v");

        assertThatThrownBy(() -> cache.put(2, "v")).hasStackTraceContaining("weigher");

        assertThat(cache.get(1)).isEqualTo("v");
        assertThat(cache.lookup(2).isMiss()).isTrue();
    }

    @Test
    void bytesNeverExceedTheirBoundAndCountKeysAndValues() {
        Cache<Integer, String> cache = numbers("bytes").maxBytes(100_000).build();

        for (int i = 0; i < 2_000; i++) {
            cache.put(i, "x".repeat(500));
            assertThat(cache.stats().weight()).isLessThanOrEqualTo(100_000);
        }

        assertThat(cache.stats().size()).isBetween(60L, 200L);
    }

    @Test
    void bytesOfCommonTypesAreToldApart() {
        Cache<Integer, Object> cache = larder().cache("objects", Integer.class, Object.class)
                .maxBytes(10_000_000)
                .build();
        cache.put(1, "");
        long small = cache.stats().weight();
        cache.put(2, new byte[100_000]);
        long array = cache.stats().weight() - small;
        cache.put(3, List.of("x".repeat(50_000), "y".repeat(50_000)));
        long list = cache.stats().weight() - small - array;

        assertThat(small).isBetween(16L, 400L);
        assertThat(array).isBetween(100_000L, 100_500L);
        assertThat(list).isBetween(50_000L, 210_000L);
    }

    @Test
    void memoryTierItselfBoundsCachesThatNameNoBound() {
        Larder small = open(larderBuilder().tiers("memory:64KiB"));
        Cache<Integer, String> cache =
                small.cache("unbounded", Integer.class, String.class).build();

        for (int i = 0; i < 5_000; i++) {
            cache.put(i, "x".repeat(1_000));
        }

        assertThat(cache.stats().weight()).isLessThanOrEqualTo(64 * 1024);
        assertThat(cache.stats().size()).isPositive().isLessThan(100);
    }

    @Test
    void inProcessLarderIsBoundedByDefault() {
        try (Larder larder = Larder.inProcess()) {
            Cache<Integer, byte[]> cache =
                    larder.cache("default", Integer.class, byte[].class).build();

            for (int i = 0; i < 200; i++) {
                cache.put(i, new byte[1 << 20]);
            }

            assertThat(cache.stats().weight()).isLessThanOrEqualTo(64L << 20);
            assertThat(cache.stats().size()).isBetween(30L, 64L);
        }
    }

    @Test
    void popularEntriesOutliveAScan() {
        Cache<Integer, String> cache = numbers("scan").maxEntries(100).build();
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < 50; i++) {
                if (cache.get(i) == null) {
                    cache.put(i, "popular");
                }
            }
        }

        IntStream.range(1_000, 2_000).forEach(i -> cache.put(i, "scan"));

        long kept = IntStream.range(0, 50).filter(i -> cache.lookup(i).isHit()).count();
        assertThat(kept).isGreaterThan(25);
    }

    @Test
    void boundHoldsWhileManyThreadsWrite() {
        Cache<Integer, String> cache = numbers("race").maxEntries(64).build();

        Threads.run(4, number -> {
            for (int i = 0; i < 5_000; i++) {
                cache.put(i * 4 + number, "v");
                assertThat(cache.stats().size()).isLessThanOrEqualTo(64 + 4);
            }
        });

        assertThat(cache.stats().size()).isLessThanOrEqualTo(64);
        assertThat(cache.asMap()).hasSize((int) cache.stats().size());
    }

    @Test
    void cachedAbsenceCountsAgainstTheBound() {
        Cache<Integer, String> cache =
                numbers("absent").loader(key -> null).maxEntries(10).build();

        IntStream.range(0, 100).forEach(cache::get);

        assertThat(cache.stats().size()).isLessThanOrEqualTo(10);
    }

    @Test
    void bulkLoadsRespectTheBound() {
        Cache<String, String> cache =
                builder("few").bulkLoader(origin).maxEntries(10).build();
        List<String> keys = IntStream.range(0, 100).mapToObj(i -> "k" + i).toList();
        keys.forEach(key -> origin.set(key, "v"));

        Map<String, String> found = cache.getAll(keys);

        assertThat(found).hasSize(100);
        assertThat(cache.stats().size()).isLessThanOrEqualTo(10);
    }

    @Test
    void rebuildRespectsTheBound() {
        Cache<String, String> cache = builder("few").maxEntries(10).build();

        cache.rebuild(IntStream.range(0, 100).mapToObj(i -> Map.entry("k" + i, "v")));

        assertThat(cache.stats().size()).isLessThanOrEqualTo(10);
    }
}
