package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.failure.WriteException;
import dev.larder.testkit.FakeOrigin.Call;
import dev.larder.testkit.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentMap;
import org.junit.jupiter.api.Test;

/** The map view: a concurrent map over the fresh entries, whose changes are the cache's. */
final class AsMapTest extends CacheFixture {
    @Test
    void readsNeverLoad() {
        Cache<String, String> cache = builder().build();
        origin.set("k", "v");

        assertThat(cache.asMap().get("k")).isNull();
        assertThat(cache.asMap().containsKey("k")).isFalse();
        assertThat(cache.asMap().getOrDefault("k", "default")).isEqualTo("default");

        assertThat(origin.loads()).isZero();
    }

    @Test
    void viewIsLiveBothWays() {
        Cache<String, String> cache = bare("things").build();
        ConcurrentMap<String, String> map = cache.asMap();

        cache.put("a", "1");
        assertThat(map).containsExactly(Map.entry("a", "1"));
        map.put("b", "2");
        assertThat(cache.get("b")).isEqualTo("2");
        map.remove("a");
        assertThat(cache.lookup("a").isMiss()).isTrue();
        map.clear();

        assertThat(cache.lookup("b").isMiss()).isTrue();
        assertThat(map).isEmpty();
    }

    @Test
    void changesGoThroughTheWriter() {
        Cache<String, String> cache = bare("things").writer(origin).build();
        ConcurrentMap<String, String> map = cache.asMap();

        map.put("a", "1");
        map.putIfAbsent("b", "2");
        map.replace("a", "3");
        map.replace("a", "3", "4");
        map.compute("c", (key, value) -> "5");
        map.merge("c", "6", String::concat);
        map.computeIfAbsent("d", key -> "7");
        map.putAll(Map.of("e", "8"));

        assertThat(origin.rows()).isEqualTo(Map.of("a", "4", "b", "2", "c", "56", "d", "7", "e", "8"));
        assertThat(map).isEqualTo(origin.rows());
    }

    @Test
    void removalsDoNotTouchTheOrigin() {
        Cache<String, String> cache = builder().writer(origin).build();
        cache.put("a", "1");
        cache.put("b", "2");

        cache.asMap().remove("a");
        cache.asMap().keySet().remove("b");

        assertThat(origin.rows()).hasSize(2);
        assertThat(cache.asMap()).isEmpty();
    }

    @Test
    void staleAndExpiredEntriesDoNotAppear() {
        Cache<String, String> cache = builder()
                .timeToLive(SECOND)
                .staleIfError(Duration.ofSeconds(60))
                .build();
        cache.put("k", "v");

        ticker.advance(SECOND);

        assertThat(cache.asMap().get("k")).isNull();
        assertThat(cache.asMap()).doesNotContainKey("k").doesNotContainValue("v");
        assertThat(cache.asMap().entrySet().iterator().hasNext()).isFalse();
        assertThat(cache.asMap().remove("k")).isNull();
    }

    @Test
    void cachedAbsenceDoesNotAppear() {
        Cache<String, String> cache = builder().build();
        cache.get("none");

        assertThat(cache.asMap().containsKey("none")).isFalse();
        assertThat(cache.asMap().entrySet().iterator().hasNext()).isFalse();
        assertThat(cache.asMap().putIfAbsent("none", "v")).isNull();
        assertThat(cache.asMap()).containsOnly(Map.entry("none", "v"));
    }

    @Test
    void nullsAreRefused() {
        ConcurrentMap<String, String> map = bare("things").build().asMap();

        assertThatThrownBy(() -> map.put("k", nothing())).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> map.put(nothing(), "v")).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> map.get(nothing())).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> map.containsKey(nothing())).isInstanceOf(NullPointerException.class);
    }

    @Test
    void keysOfAnotherTypeAreSimplyNotThere() {
        ConcurrentMap<String, String> map = bare("things").build().asMap();
        map.put("1", "v");

        assertThat(map.containsKey((Object) 1)).isFalse();
        assertThat(map.get((Object) 1)).isNull();
        assertThat(map.remove((Object) 1)).isNull();
        assertThat(map.containsValue((Object) 1)).isFalse();
    }

    @Test
    void iterationSeesEveryEntryThatStays() {
        Cache<Integer, String> cache =
                larder().cache("numbers", Integer.class, String.class).build();
        for (int i = 0; i < 1_000; i++) {
            cache.put(i, "v");
        }
        List<Integer> seen = new ArrayList<>();
        for (Integer key : cache.asMap().keySet()) {
            if (key % 2 == 1) {
                cache.remove(key);
            }
            cache.put(10_000 + key, "added");
            seen.add(key);
        }

        assertThat(seen).doesNotHaveDuplicates();
        assertThat(seen).contains(0, 2, 998);
        assertThat(cache.asMap().keySet()).noneMatch(key -> key < 1_000 && key % 2 == 1 && !seen.contains(key));
    }

    @Test
    void iteratorRemovesAndEntriesWriteThrough() {
        Cache<String, String> cache = bare("things").build();
        cache.put("a", "1");
        cache.put("b", "2");

        for (Map.Entry<String, String> entry : cache.asMap().entrySet()) {
            if (entry.getKey().equals("a")) {
                entry.setValue("changed");
            }
        }
        Iterator<String> keys = cache.asMap().keySet().iterator();
        while (keys.hasNext()) {
            if (keys.next().equals("b")) {
                keys.remove();
            }
        }

        assertThat(cache.get("a")).isEqualTo("changed");
        assertThat(cache.lookup("b").isMiss()).isTrue();
    }

    @Test
    void computeIsAtomic() {
        Cache<String, Integer> cache =
                larder().cache("counts", String.class, Integer.class).build();

        Threads.run(4, number -> {
            for (int i = 0; i < 2_000; i++) {
                cache.asMap().merge("merged", 1, Integer::sum);
                cache.asMap().compute("computed", (key, value) -> value == null ? 1 : value + 1);
            }
        });

        assertThat(cache.get("merged")).isEqualTo(8_000);
        assertThat(cache.get("computed")).isEqualTo(8_000);
    }

    @Test
    void computeIfAbsentRunsItsFunctionForAMissingKeyOnly() {
        Cache<String, String> cache = bare("things").build();

        assertThat(cache.asMap().computeIfAbsent("k", key -> "v")).isEqualTo("v");
        assertThat(cache.asMap().computeIfAbsent("k", key -> "w")).isEqualTo("v");
        assertThat(cache.asMap().computeIfAbsent("none", AsMapTest::absent)).isNull();

        assertThat(cache.lookup("none").isMiss()).isTrue();
    }

    @Test
    void computeThatThrowsChangesNothing() {
        Cache<String, String> cache = bare("things").build();
        cache.put("k", "v");

        assertThatThrownBy(() -> cache.asMap().compute("k", (key, value) -> {
                    throw new IllegalStateException("user code");
                }))
                .isInstanceOf(IllegalStateException.class);

        assertThat(cache.get("k")).isEqualTo("v");
    }

    @Test
    void refusedWriteReachesTheCallerOfTheMap() {
        Cache<String, String> cache = bare("things").writer(origin).build();
        origin.fail(Call.WRITE, () -> new IOException("no"));

        assertThatThrownBy(() -> cache.asMap().put("k", "v")).isInstanceOf(WriteException.class);

        assertThat(cache.lookup("k").isMiss()).isTrue();
    }

    @Test
    void equalToAMapOfTheSameEntries() {
        Cache<String, String> cache = bare("things").build();
        cache.put("a", "1");

        assertThat(cache.asMap()).isEqualTo(Map.of("a", "1")).hasSameHashCodeAs(Map.of("a", "1"));
        assertThat(cache.asMap()).hasToString("{a=1}");
    }

    @SuppressWarnings("NullAway") // a caller that breaks the contract
    private static String nothing() {
        return null;
    }

    @SuppressWarnings("NullAway") // allowed by the JDK, not expressible in its annotations
    private static String absent(String key) {
        return null;
    }
}
