package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.failure.LoadException;
import dev.larder.load.Loaded;
import dev.larder.read.Lookup;
import dev.larder.stats.Count;
import dev.larder.testkit.FakeOrigin;
import dev.larder.testkit.FakeOrigin.Call;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Lazy loading: {@code get} finds what no tier holds, keeps it, and tells a null from nothing. */
final class LazyLoadingTest extends CacheFixture {
    @Test
    void firstGetLoadsAndLaterOnesDoNot() {
        Cache<String, String> cache = builder().build();
        origin.set("k", "v");

        assertThat(cache.get("k")).isEqualTo("v");
        assertThat(cache.get("k")).isEqualTo("v");

        assertThat(origin.loads("k")).isOne();
    }

    @Test
    void keysAreLoadedEachForItself() {
        Cache<String, String> cache = builder().build();
        origin.set("a", "1").set("b", "2");

        assertThat(cache.get("a")).isEqualTo("1");
        assertThat(cache.get("b")).isEqualTo("2");

        assertThat(origin.loads()).isEqualTo(2);
    }

    @Test
    void equalKeysAreOneKey() {
        Cache<Key, String> cache = larder().cache("records", Key.class, String.class)
                .loader(key -> key.article() + "/" + key.store())
                .build();

        assertThat(cache.get(new Key(1, "S1"))).isEqualTo("1/S1");
        assertThat(cache.lookup(new Key(1, "S1")).isHit()).isTrue();
        assertThat(cache.lookup(new Key(1, "S2")).isMiss()).isTrue();
    }

    @Test
    void valueChangedBehindTheCacheIsNotSeenWhileFresh() {
        Cache<String, String> cache = builder().build();
        origin.set("k", "v1");
        cache.get("k");

        origin.set("k", "v2");

        assertThat(cache.get("k")).isEqualTo("v1");
    }

    @Test
    void absenceAtTheOriginIsCachedAsANullOfItsOwn() {
        Cache<String, String> cache = builder().build();

        assertThat(cache.lookup("k").isMiss()).isTrue();
        assertThat(cache.get("k")).isNull();
        assertThat(cache.get("k")).isNull();

        assertThat(origin.loads("k")).isOne();
        Lookup<String> lookup = cache.lookup("k");
        assertThat(lookup.isHit()).isTrue();
        assertThat(lookup.value()).isNull();
    }

    @Test
    void absenceIsRememberedForThirtySecondsByDefault() {
        Cache<String, String> cache = builder().timeToLive(Duration.ofHours(1)).build();
        cache.get("k");
        origin.set("k", "v");

        ticker.advance(Duration.ofMillis(29_999));
        assertThat(cache.get("k")).isNull();
        ticker.advance(Duration.ofMillis(1));

        assertThat(cache.get("k")).isEqualTo("v");
    }

    @Test
    void absenceIsNeverRememberedLongerThanAValueByDefault() {
        Cache<String, String> cache =
                builder().timeToLive(Duration.ofSeconds(5)).build();
        cache.get("k");
        origin.set("k", "v");

        ticker.advance(Duration.ofSeconds(5));

        assertThat(cache.get("k")).isEqualTo("v");
    }

    @Test
    void negativeTimeToLiveSetsHowLongAbsenceIsRemembered() {
        Cache<String, String> cache = builder()
                .timeToLive(Duration.ofHours(1))
                .negativeTimeToLive(Duration.ofSeconds(2))
                .build();
        cache.get("k");
        origin.set("k", "v");

        ticker.advance(Duration.ofMillis(1_999));
        assertThat(cache.get("k")).isNull();
        ticker.advance(Duration.ofMillis(1));

        assertThat(cache.get("k")).isEqualTo("v");
    }

    @Test
    void negativeTimeToLiveOfZeroRemembersNoAbsence() {
        Cache<String, String> cache =
                builder().negativeTimeToLive(Duration.ZERO).build();

        cache.get("k");
        cache.get("k");

        assertThat(origin.loads("k")).isEqualTo(2);
        assertThat(cache.lookup("k").isMiss()).isTrue();
    }

    @Test
    void loaderMaySetATimeToLiveForOneEntry() {
        Cache<String, String> cache = bare("terms")
                .timeToLive(Duration.ofHours(1))
                .entryLoader(key -> Loaded.of(origin.load(key)).timeToLive(Duration.ofSeconds(key.length())))
                .build();
        origin.set("1", "v").set("333", "v");
        cache.get("1");
        cache.get("333");

        ticker.advance(Duration.ofSeconds(1));
        assertThat(cache.lookup("1").isHit()).isFalse();
        assertThat(cache.lookup("333").isHit()).isTrue();
        ticker.advance(Duration.ofSeconds(2));

        assertThat(cache.lookup("333").isHit()).isFalse();
    }

    @Test
    void entryLoaderWithoutTermsUsesTheCachesOwn() {
        Cache<String, String> cache = bare("terms")
                .timeToLive(Duration.ofSeconds(10))
                .entryLoader(key -> Loaded.of(origin.load(key)))
                .build();
        origin.set("k", "v");
        cache.get("k");

        ticker.advance(Duration.ofMillis(9_999));
        assertThat(cache.lookup("k").isHit()).isTrue();
        ticker.advance(Duration.ofMillis(1));

        assertThat(cache.lookup("k").isHit()).isFalse();
    }

    @Test
    void valueWithATimeToLiveOfZeroIsHandedOutAndNotStored() {
        Cache<String, String> cache = bare("terms")
                .entryLoader(key -> Loaded.of(origin.load(key)).timeToLive(Duration.ZERO))
                .build();
        origin.set("k", "v");

        assertThat(cache.get("k")).isEqualTo("v");
        assertThat(cache.lookup("k").isMiss()).isTrue();
        assertThat(cache.get("k")).isEqualTo("v");

        assertThat(origin.loads("k")).isEqualTo(2);
    }

    @Test
    void absurdlyLongTimeToLiveOfOneEntryMeansForEver() {
        Cache<String, String> cache = bare("terms")
                .timeToLive(SECOND)
                .entryLoader(key -> Loaded.of("v").timeToLive(Duration.ofSeconds(Long.MAX_VALUE)))
                .build();
        cache.get("k");

        ticker.leap(Duration.ofDays(365 * 50));

        assertThat(cache.lookup("k").isHit()).isTrue();
    }

    @Test
    void loaderOfOneCallTakesThePlaceOfTheCachesOwn() {
        Cache<String, String> cache = builder().build();
        origin.set("k", "of the origin");

        assertThat(cache.get("k", key -> "of the call")).isEqualTo("of the call");

        assertThat(cache.get("k")).isEqualTo("of the call");
        assertThat(origin.loads()).isZero();
    }

    @Test
    void loaderOfOneCallIsNotUsedWhereAValueIsFresh() {
        Cache<String, String> cache = builder().build();
        origin.set("k", "v");
        cache.get("k");

        assertThat(cache.get("k", key -> "other")).isEqualTo("v");
    }

    @Test
    void cacheWithoutALoaderGivesNullForWhatItLacks() {
        Cache<String, String> cache = bare("plain").build();

        assertThat(cache.get("k")).isNull();
        cache.put("k", "v");

        assertThat(cache.get("k")).isEqualTo("v");
        assertThat(cache.get("other", key -> "loaded")).isEqualTo("loaded");
    }

    @Test
    void whatTheLoaderThrowsIsTheCause() {
        Cache<String, String> cache = builder("prices").build();
        IOException broken = new IOException("database away");
        origin.fail(Call.LOAD, () -> broken);

        assertThatThrownBy(() -> cache.get("k"))
                .isInstanceOf(LoadException.class)
                .hasCause(broken)
                .hasMessageContaining("prices")
                .hasMessageContaining("k");
    }

    @Test
    void errorsOfTheLoaderAreCausesToo() {
        Cache<String, String> cache = bare("things")
                .loader(key -> {
                    throw new StackOverflowError("deep");
                })
                .build();

        assertThatThrownBy(() -> cache.get("k"))
                .isInstanceOf(LoadException.class)
                .hasCauseInstanceOf(StackOverflowError.class);
    }

    @Test
    void failedLoadStoresNothingAndTheNextGetTriesAgain() {
        Cache<String, String> cache = builder().build();
        origin.set("k", "v");
        origin.fail(Call.LOAD, 1, () -> new IOException("once"));

        assertThatThrownBy(() -> cache.get("k")).isInstanceOf(LoadException.class);
        assertThat(cache.lookup("k").isMiss()).isTrue();

        assertThat(cache.get("k")).isEqualTo("v");
    }

    @Test
    void entryLoaderThatGivesNothingIsAFailureThatSaysSo() {
        Cache<String, String> cache =
                bare("things").entryLoader(LazyLoadingTest::nothing).build();

        assertThatThrownBy(() -> cache.get("k"))
                .isInstanceOf(LoadException.class)
                .hasCauseInstanceOf(NullPointerException.class);
    }

    @Test
    void longKeysAreCutAndEscapedInMessages() {
        Cache<String, String> cache = builder().build();
        origin.fail(Call.LOAD, () -> new IOException("no"));

        assertThatThrownBy(() -> cache.get("line\nbreak" + "x".repeat(500)))
                .isInstanceOf(LoadException.class)
                .satisfies(e -> assertThat(e.getMessage())
                        .doesNotContain("\n")
                        .doesNotContain("x".repeat(65))
                        .contains("xxx"));
    }

    @Test
    void lookupTellsHitStaleAndMissApartAndNeverLoads() {
        Cache<String, String> cache = builder()
                .timeToLive(Duration.ofSeconds(10))
                .staleIfError(Duration.ofSeconds(10))
                .build();
        origin.set("k", "v");

        assertThat(cache.lookup("k")).isEqualTo(Lookup.miss());
        cache.get("k");
        ticker.advance(Duration.ofSeconds(4));
        Lookup<String> fresh = cache.lookup("k");
        ticker.advance(Duration.ofSeconds(6));
        Lookup<String> stale = cache.lookup("k");
        ticker.advance(Duration.ofSeconds(10));
        Lookup<String> gone = cache.lookup("k");

        assertThat(fresh).isEqualTo(new Lookup<>(Lookup.State.HIT, "v", Duration.ofSeconds(4), "memory"));
        assertThat(stale).isEqualTo(new Lookup<>(Lookup.State.STALE, "v", Duration.ofSeconds(10), "memory"));
        assertThat(gone.isMiss()).isTrue();
        assertThat(origin.loads()).isOne();
    }

    @Test
    void cachesOfOneLarderHaveNothingInCommon() {
        Cache<String, String> one = builder("one").build();
        Cache<String, String> two = builder("two").build();
        origin.set("k", "v");
        one.get("k");

        assertThat(two.lookup("k").isMiss()).isTrue();
        two.get("k");
        one.clear();

        assertThat(two.lookup("k").isHit()).isTrue();
        assertThat(larder().caches()).extracting(Cache::name).containsExactlyInAnyOrder("one", "two");
    }

    @Test
    void loadThatTakesTimeIsCountedWithTheTimeItTook() {
        FakeOrigin<String, String> slow = new FakeOrigin<>();
        slow.duringCalls(key -> ticker.advance(Duration.ofMillis(250)));
        slow.set("k", "v");
        Cache<String, String> cache = bare("slow").loader(slow).build();

        cache.get("k");

        assertThat(cache.stats().of(Count.LOAD_NANOS))
                .isEqualTo(Duration.ofMillis(250).toNanos());
    }

    @Test
    void ageCountsFromTheStartOfTheLoadWhereEntriesHaveATimeToLive() {
        FakeOrigin<String, String> slow = new FakeOrigin<>();
        slow.duringCalls(key -> ticker.advance(Duration.ofMillis(250)));
        slow.set("k", "v");
        Cache<String, String> expiring = bare("slow")
                .loader(slow)
                .timeToLive(Duration.ofHours(1))
                .jitter(0.5)
                .build();
        Cache<String, String> eternal = bare("eternal").loader(slow).build();

        expiring.get("k");
        eternal.get("k");

        assertThat(expiring.lookup("k").age()).isEqualTo(Duration.ofMillis(500));
        assertThat(eternal.lookup("k").age()).isZero();
    }

    @Test
    void bulkLoaderServesSingleGetsWhereThereIsNoLoader() {
        Cache<String, String> cache = bare("bulk").bulkLoader(origin).build();
        origin.set("k", "v");

        assertThat(cache.get("k")).isEqualTo("v");
        assertThat(cache.get("missing")).isNull();

        assertThat(origin.calls(Call.BULK_LOAD)).isEqualTo(2);
        assertThat(cache.getAll(List.of("k", "missing"))).isEqualTo(Map.of("k", "v"));
        assertThat(origin.calls(Call.BULK_LOAD)).isEqualTo(2);
    }

    private record Key(int article, String store) {}

    @SuppressWarnings("NullAway") // a loader that breaks its contract
    private static Loaded<String> nothing(String key) {
        return null;
    }
}
