package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.stats.Count;
import dev.larder.testkit.FakeOrigin.Call;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Time to live, jitter, idle time, touch and expire. */
final class ExpiryTest extends CacheFixture {
    private static final Duration TTL = Duration.ofSeconds(100);

    @Test
    void valueIsFreshUntilItsTimeToLiveHasPassed() {
        Cache<String, String> cache = builder().timeToLive(TTL).build();
        cache.put("k", "v");

        ticker.advance(TTL.minusNanos(1));
        assertThat(cache.lookup("k").isHit()).isTrue();
        ticker.advance(Duration.ofNanos(1));

        assertThat(cache.lookup("k").isMiss()).isTrue();
        assertThat(cache.asMap()).doesNotContainKey("k");
    }

    @Test
    void timeToLiveCountsFromTheStartOfTheLoad() {
        Cache<String, String> cache = builder().timeToLive(TTL).build();
        origin.duringCalls(key -> ticker.advance(Duration.ofSeconds(30)));
        origin.set("k", "v");
        cache.get("k");

        ticker.advance(Duration.ofSeconds(69));
        assertThat(cache.lookup("k").isHit()).isTrue();
        ticker.advance(SECOND);

        assertThat(cache.lookup("k").isHit()).isFalse();
    }

    @Test
    void valueWhoseLoadTookLongerThanItsLifeIsHandedOutButNotServedAgain() {
        Cache<String, String> cache = builder().timeToLive(TTL).build();
        origin.duringCalls(key -> ticker.advance(TTL));
        origin.set("k", "v");

        assertThat(cache.get("k")).isEqualTo("v");
        assertThat(cache.get("k")).isEqualTo("v");

        assertThat(origin.loads("k")).isEqualTo(2);
    }

    @Test
    void withoutATimeToLiveValuesStayForEver() {
        Cache<String, String> cache = builder().build();
        cache.put("k", "v");

        ticker.leap(Duration.ofDays(365 * 50));

        assertThat(cache.get("k")).isEqualTo("v");
    }

    @Test
    void absurdlyLongTimesToLiveMeanForEver() {
        Cache<String, String> cache =
                builder().timeToLive(Duration.ofSeconds(Long.MAX_VALUE)).build();
        cache.put("k", "v");

        ticker.leap(Duration.ofDays(365 * 50));

        assertThat(cache.get("k")).isEqualTo("v");
    }

    @Test
    void newValueBeginsANewLife() {
        Cache<String, String> cache = builder().timeToLive(TTL).build();
        cache.put("k", "v1");
        ticker.advance(TTL.minusSeconds(1));
        cache.put("k", "v2");

        ticker.advance(TTL.minusSeconds(1));

        assertThat(cache.get("k")).isEqualTo("v2");
    }

    @Test
    void expiredValueIsLoadedAgain() {
        Cache<String, String> cache = builder().timeToLive(TTL).build();
        origin.set("k", "v1");
        cache.get("k");
        origin.set("k", "v2");
        ticker.advance(TTL);

        assertThat(cache.get("k")).isEqualTo("v2");
    }

    @Test
    void jitterShortensLivesByUpToATenthAndNeverLengthensThem() {
        Cache<Integer, String> cache = larder().cache("jittered", Integer.class, String.class)
                .timeToLive(TTL)
                .build();
        List<Integer> keys = IntStream.range(0, 1_000).boxed().toList();
        keys.forEach(key -> cache.put(key, "v"));

        ticker.advance(Duration.ofSeconds(90).minusNanos(1));
        assertThat(fresh(cache, keys)).isEqualTo(1_000);
        Set<Integer> steps = new HashSet<>();
        for (int i = 0; i < 10; i++) {
            steps.add(fresh(cache, keys));
            ticker.advance(SECOND);
        }
        ticker.advance(Duration.ofNanos(1));

        assertThat(fresh(cache, keys)).isZero();
        assertThat(steps).as("lives end at many moments").hasSizeGreaterThan(8);
    }

    @Test
    void jitterAppliesToLoadsAndBulkLoadsToo() {
        Cache<String, String> cache = larder().cache("jittered", String.class, String.class)
                .timeToLive(TTL)
                .jitter(0.5)
                .bulkLoader(origin)
                .loader(origin)
                .build();
        List<String> bulk = IntStream.range(0, 100).mapToObj(i -> "b" + i).toList();
        List<String> single = IntStream.range(0, 100).mapToObj(i -> "s" + i).toList();
        bulk.forEach(key -> origin.set(key, "v"));
        single.forEach(key -> origin.set(key, "v"));
        cache.getAll(bulk);
        single.forEach(cache::get);

        ticker.advance(Duration.ofSeconds(75));

        assertThat(fresh(cache, bulk)).isBetween(20, 80);
        assertThat(fresh(cache, single)).isBetween(20, 80);
    }

    @Test
    void idleEntryIsGoneAndAReadOneStays() {
        Cache<String, String> cache = builder().timeToIdle(TTL).build();
        cache.put("read", "v");
        cache.put("idle", "v");

        ticker.advance(TTL.minusNanos(1));
        assertThat(cache.get("read")).isEqualTo("v");
        ticker.advance(Duration.ofNanos(1));

        assertThat(cache.lookup("read").isHit()).isTrue();
        assertThat(cache.lookup("idle").isMiss()).isTrue();
        assertThat(cache.asMap()).doesNotContainKey("idle");
    }

    @Test
    void idleTimeDoesNotProlongTheTimeToLive() {
        Cache<String, String> cache =
                builder().timeToLive(TTL).timeToIdle(TTL.dividedBy(2)).build();
        cache.put("k", "v");

        for (int i = 0; i < 9; i++) {
            ticker.advance(Duration.ofSeconds(10));
            assertThat(cache.get("k")).isEqualTo("v");
        }
        ticker.advance(Duration.ofSeconds(10));

        assertThat(cache.lookup("k").isMiss()).isTrue();
    }

    @Test
    void touchBeginsANewLifeForAFreshEntryOnly() {
        Cache<String, String> cache = builder().timeToLive(TTL).build();
        cache.put("k", "v");

        ticker.advance(TTL.minusSeconds(1));
        assertThat(cache.touch("k")).isTrue();
        ticker.advance(TTL.minusSeconds(1));
        assertThat(cache.get("k")).isEqualTo("v");
        ticker.advance(SECOND);

        assertThat(cache.touch("k")).isFalse();
        assertThat(cache.touch("missing")).isFalse();
        assertThat(cache.lookup("k").isHit()).isFalse();
    }

    @Test
    void expireMakesTheNextReadRenew() {
        Cache<String, String> cache = builder().timeToLive(TTL).build();
        origin.set("k", "old");
        cache.get("k");
        origin.set("k", "new");

        cache.expire("k");

        assertThat(cache.lookup("k").isHit()).isFalse();
        assertThat(cache.get("k")).isEqualTo("new");
    }

    @Test
    void expiredByHandIsStillServedWhereStaleServingIsAllowed() {
        Cache<String, String> cache =
                builder().timeToLive(TTL).staleIfError(TTL).build();
        origin.set("k", "old");
        cache.get("k");
        origin.fail(Call.LOAD, () -> new IOException("away"));

        cache.expire("k");

        assertThat(cache.lookup("k").isStale()).isTrue();
        assertThat(cache.get("k")).isEqualTo("old");
        ticker.advance(TTL);
        assertThat(cache.lookup("k").isMiss()).isTrue();
    }

    @Test
    void expiringWhatIsStaleAlreadyDoesNotProlongIt() {
        Cache<String, String> cache =
                builder().timeToLive(TTL).staleIfError(TTL).build();
        cache.put("k", "v");
        ticker.advance(TTL.plus(TTL.dividedBy(2)));

        cache.expire("k");
        ticker.advance(TTL.dividedBy(2));

        assertThat(cache.lookup("k").isMiss()).isTrue();
    }

    @Test
    void expiringWhatIsNotThereDoesNothing() {
        Cache<String, String> cache = builder().timeToLive(TTL).build();

        cache.expire("k");

        assertThat(cache.lookup("k").isMiss()).isTrue();
    }

    @Test
    void expiredEntriesGiveBackTheirRoomWithoutBeingRead() {
        Cache<Integer, String> cache = larder().cache("many", Integer.class, String.class)
                .timeToLive(TTL)
                .build();
        for (int i = 0; i < 5_000; i++) {
            cache.put(i, "v");
        }
        assertThat(cache.stats().size()).isEqualTo(5_000);

        ticker.advance(TTL);

        eventually(() -> {
            ticker.advance(SECOND);
            return cache.stats().size() == 0;
        });
        assertThat(cache.stats().of(Count.EXPIRATIONS)).isEqualTo(5_000);
        assertThat(cache.stats().weight()).isZero();
    }

    @Test
    void putOfAnExpiredKeyStoresAndPutIfAbsentTakesItForAbsent() {
        Cache<String, String> cache = bare("plain").timeToLive(TTL).build();
        cache.put("k", "old");
        ticker.advance(TTL);

        assertThat(cache.replace("k", "x")).isFalse();
        assertThat(cache.replace("k", "old", "x")).isFalse();
        assertThat(cache.putIfAbsent("k", "new")).isTrue();

        assertThat(cache.get("k")).isEqualTo("new");
    }

    private static <K> int fresh(Cache<K, String> cache, List<K> keys) {
        return (int) keys.stream().filter(key -> cache.lookup(key).isHit()).count();
    }
}
