package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.stats.CacheStats;
import dev.larder.stats.Count;
import dev.larder.testkit.FakeOrigin.Call;
import dev.larder.testkit.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a cache counts: each call once, in the right place, whatever its way. */
final class StatsTest extends CacheFixture {
    @Test
    void newCacheHasCountedNothing() {
        CacheStats stats = builder().build().stats();

        for (Count count : Count.values()) {
            assertThat(stats.of(count)).as("%s", count).isZero();
        }
        assertThat(stats.hitRatio()).isZero();
        assertThat(stats.size()).isZero();
    }

    @Test
    void missesLoadsAndHitsAreCounted() {
        Cache<String, String> cache = builder().build();
        origin.set("k", "v");

        cache.get("k");
        cache.get("k");
        cache.get("k");
        cache.get("none");

        CacheStats stats = cache.stats();
        assertThat(stats.misses()).isEqualTo(2);
        assertThat(stats.loads()).isEqualTo(2);
        assertThat(stats.hits()).isEqualTo(2);
        assertThat(stats.reads()).isEqualTo(4);
        assertThat(stats.hitRatio()).isEqualTo(0.5);
        assertThat(stats.size()).isEqualTo(2);
    }

    @Test
    void failedLoadsAreMissesAndFailures() {
        Cache<String, String> cache = builder().build();
        origin.fail(Call.LOAD, 1, () -> new IOException("once"));

        failure(start(() -> cache.get("k")));

        assertThat(cache.stats().of(Count.LOAD_FAILURES)).isOne();
        assertThat(cache.stats().misses()).isOne();
        assertThat(cache.stats().loads()).isOne();
    }

    @Test
    void lookupsAreNotCounted() {
        Cache<String, String> cache = builder().build();
        cache.put("k", "v");

        cache.lookup("k");
        cache.lookup("none");

        assertThat(cache.stats().reads()).isZero();
    }

    @Test
    void putsAndRemovalsAreCountedByKey() {
        Cache<String, String> cache = builder().build();

        cache.put("a", "1");
        cache.putAll(Map.of("b", "2", "c", "3"));
        cache.putIfAbsent("a", "x");
        cache.replace("a", "2");
        cache.remove("a");
        cache.removeAll(List.of("b", "c", "d"));

        assertThat(cache.stats().of(Count.PUTS)).isEqualTo(4);
        assertThat(cache.stats().of(Count.REMOVALS)).isEqualTo(4);
    }

    @Test
    void differenceOfTwoSnapshotsIsWhatHappenedBetween() {
        Cache<String, String> cache = builder().build();
        cache.get("a");
        CacheStats before = cache.stats();

        cache.get("a");
        cache.get("b");

        CacheStats between = cache.stats().since(before);
        assertThat(between.hits()).isOne();
        assertThat(between.misses()).isOne();
        assertThat(between.size()).isEqualTo(2);
    }

    @Test
    void staleHitsAreHitsOfTheirOwnKind() {
        Cache<String, String> cache = builder()
                .timeToLive(SECOND)
                .staleIfError(Duration.ofSeconds(60))
                .build();
        origin.set("k", "v");
        cache.get("k");
        ticker.advance(SECOND);
        origin.fail(Call.LOAD, () -> new IOException("away"));

        cache.get("k");

        assertThat(cache.stats().staleHits()).isOne();
        assertThat(cache.stats().of(Count.NEAR_HITS)).isZero();
        assertThat(cache.stats().hits()).isOne();
        assertThat(cache.stats().misses()).isOne();
    }

    @Test
    void noReadIsLostWhateverTheThreads() {
        Cache<String, String> cache = builder().maxEntries(50).build();

        Threads.run(8, number -> {
            for (int i = 0; i < 5_000; i++) {
                cache.get("k" + (i * 31 + number) % 100);
            }
        });

        assertThat(cache.stats().reads()).isEqualTo(40_000);
        assertThat(cache.stats().loads()).isEqualTo(origin.loads());
    }

    @Test
    void textNamesWhatWasCounted() {
        Cache<String, String> cache = builder().build();
        cache.get("k");

        assertThat(cache.stats().toString()).contains("MISSES=1").contains("size=1");
    }
}
