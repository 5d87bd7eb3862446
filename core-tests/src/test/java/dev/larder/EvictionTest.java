package dev.larder;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.event.RemovalCause;
import dev.larder.failure.CacheFullException;
import dev.larder.failure.RebuildException;
import dev.larder.load.Loaded;
import dev.larder.policy.Eviction;
import dev.larder.stats.Count;
import dev.larder.testkit.FakeOrigin.Call;
import dev.larder.testkit.FakeOrigin.Point;
import dev.larder.testkit.Gate;
import dev.larder.testkit.RecordingListener;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The setting {@code eviction}, and what becomes of values for which a full near tier has no room. */
final class EvictionTest extends FarFixture {
    private static CacheBuilder<String, String> small(CacheBuilder<String, String> builder) {
        return builder.maxEntries(2).eviction(Eviction.NOEVICTION);
    }

    private static CacheBuilder<String, String> light(CacheBuilder<String, String> builder) {
        return builder.maxWeight(10, (key, value) -> value == null ? 1 : value.length())
                .eviction(Eviction.NOEVICTION);
    }

    private static long refusals(Cache<?, ?> cache) {
        return cache.stats().of(Count.REFUSALS);
    }

    @ParameterizedTest
    @EnumSource
    void everyPolicyCanBeSetByItsName(Eviction eviction) {
        Cache<String, String> cache = builder()
                .maxEntries(10)
                .timeToLive(Duration.ofHours(1))
                .eviction(Eviction.named(eviction.spelling()))
                .build();

        for (int i = 0; i < 30; i++) {
            origin.set("k" + i, "v");
            assertThat(cache.get("k" + i)).isEqualTo("v");
        }

        assertThat(cache.stats().size()).isEqualTo(10);
        assertThat(refusals(cache)).isEqualTo(eviction == Eviction.NOEVICTION ? 20 : 0);
    }

    @Test
    void unknownNameIsRefusedAndTheKnownOnesListed() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Eviction.named("lru"))
                .withMessageContaining("allkeys-lru")
                .withMessageContaining("volatile-ttl")
                .withMessageContaining("'lru'");
    }

    @Test
    void volatilePolicyKeepsWhatHasNoTimeToLive() {
        Cache<String, String> cache = bare("mixed")
                .maxEntries(2)
                .eviction(Eviction.VOLATILE_LRU)
                .entryLoader(key -> key.startsWith("brief") ? Loaded.of("v").timeToLive(SECOND) : Loaded.of("v"))
                .build();
        cache.get("lasting");
        cache.get("brief1");

        cache.get("brief2");
        cache.get("lasting2");
        cache.get("lasting3");

        assertThat(cache.asMap()).containsOnlyKeys("lasting", "lasting2");
        assertThat(refusals(cache)).isOne();
    }

    // Puts.

    @Test
    void putIntoAFullCacheThrowsAndSaysWhatIsFull() {
        Cache<String, String> cache = small(bare("prices")).build();
        cache.put("a", "1");
        cache.put("b", "2");

        assertThatThrownBy(() -> cache.put("c", "3"))
                .isInstanceOf(CacheFullException.class)
                .hasMessage(
                        "the cache has reached its maxEntries of 2, and its eviction policy noeviction lets no entry"
                                + " leave (cache 'prices'). Raise the bound, remove entries, or choose another eviction policy.");

        assertThat(cache.asMap()).containsOnlyKeys("a", "b");
        assertThat(refusals(cache)).isOne();
        assertThat(cache.stats().of(Count.PUTS)).isEqualTo(2);
        assertThat(cache.stats().of(Count.EVICTIONS)).isZero();
    }

    @Test
    void fullCacheTakesNewValuesOfKeysItHasAndRoomThatIsFreed() {
        Cache<String, String> cache = small(bare("prices")).build();
        cache.put("a", "1");
        cache.put("b", "2");

        cache.put("b", "3");
        cache.remove("a");
        cache.put("c", "4");

        assertThat(cache.asMap()).containsExactlyInAnyOrderEntriesOf(Map.of("b", "3", "c", "4"));
        assertThat(refusals(cache)).isZero();
    }

    @Test
    void valueTooHeavyForWhatIsLeftIsRefusedAndTheOldOneStays() {
        Cache<String, String> cache = light(bare("prices")).build();
        cache.put("a", "12345");
        cache.put("b", "12345");

        assertThatThrownBy(() -> cache.put("b", "123456"))
                .isInstanceOf(CacheFullException.class)
                .hasMessageContaining("maxWeight of 10");

        assertThat(cache.asMap()).containsEntry("b", "12345");
    }

    @Test
    void conditionalPutsThrowAsPutsDo() {
        Cache<String, String> cache = small(bare("prices")).build();
        cache.put("a", "1");
        cache.put("b", "2");

        assertThatThrownBy(() -> cache.putIfAbsent("c", "3")).isInstanceOf(CacheFullException.class);
        assertThatThrownBy(() -> cache.asMap().put("c", "3")).isInstanceOf(CacheFullException.class);
        assertThatThrownBy(() -> cache.asMap().computeIfAbsent("c", key -> "3")).isInstanceOf(CacheFullException.class);
        assertThatExceptionOfType(CompletionException.class)
                .isThrownBy(() -> cache.async().put("c", "3").join())
                .withCauseInstanceOf(CacheFullException.class);

        assertThat(cache.putIfAbsent("a", "3")).isFalse();
        assertThat(cache.replace("c", "3")).isFalse();
        assertThat(cache.replace("a", "1", "3")).isTrue();
        assertThat(cache.asMap()).containsExactlyInAnyOrderEntriesOf(Map.of("a", "3", "b", "2"));
        assertThat(cache.stats().of(Count.PUTS)).isEqualTo(3);
    }

    @Test
    void listenersHearNothingOfWhatWasRefused() {
        RecordingListener<String, String> listener = new RecordingListener<>();
        Cache<String, String> cache = small(bare("prices")).listener(listener).build();
        cache.put("a", "1");
        cache.put("b", "2");
        assertThatThrownBy(() -> cache.put("c", "3")).isInstanceOf(CacheFullException.class);

        cache.remove("a");

        listener.await(event -> event.equals(new RecordingListener.Removal<>("a", "1", RemovalCause.REMOVED)));
        assertThat(listener.removals()).hasSize(1);
    }

    @Test
    void writeThroughAFullCacheSucceedsAndLeavesNoValueNear() {
        Cache<String, String> cache = small(builder()).writer(origin).build();
        cache.put("a", "1");
        cache.put("b", "2");

        cache.put("c", "3");

        assertThat(origin.value("c")).isEqualTo("3");
        assertThat(cache.asMap()).containsOnlyKeys("a", "b");
        assertThat(refusals(cache)).isOne();
        assertThat(cache.get("c")).isEqualTo("3");
    }

    @Test
    void oldValueLoadedDuringAWriteThatFindsNoRoomDoesNotStay() {
        Cache<String, String> cache = light(builder()).writer(origin).build();
        cache.put("other", "1234567");
        origin.set("k", "old");
        Gate write = origin.hold(Call.WRITE, Point.BEFORE);
        Future<String> put = startRun(() -> cache.put("k", "newer"));
        write.awaitArrivals(1);
        assertThat(cache.get("k")).isEqualTo("old");
        assertThat(cache.asMap()).containsKey("k");

        write.open();
        result(put);

        assertThat(cache.asMap()).doesNotContainKey("k");
        assertThat(cache.get("k")).isEqualTo("newer");
    }

    @Test
    void putIntoAFullNearTierReachesTheFarOneAndItsReaders() {
        Site one = site("one", EvictionTest::small);
        Site two = site("two");
        one.cache().put("a", "1");
        one.cache().put("b", "2");

        one.cache().put("c", "3");

        assertThat(one.near("c")).isNull();
        assertThat(one.cache().get("c")).isEqualTo("3");
        assertThat(two.cache().get("c")).isEqualTo("3");
        assertThat(origin.loads()).isZero();
        assertThat(refusals(one.cache())).isEqualTo(2);
    }

    // Loads.

    @Test
    void loadedValueThatIsRefusedIsHandedOutAndNotKept() {
        Cache<String, String> cache = small(builder()).build();
        Stream.of("a", "b", "c").forEach(key -> origin.set(key, "v" + key));
        cache.get("a");
        cache.get("b");

        assertThat(cache.get("c")).isEqualTo("vc");
        assertThat(cache.get("c")).isEqualTo("vc");

        assertThat(origin.loads("c")).isEqualTo(2);
        assertThat(refusals(cache)).isEqualTo(2);
        assertThat(cache.stats().of(Count.DISCARDED_LOADS)).isZero();
        assertThat(cache.stats().of(Count.LOAD_FAILURES)).isZero();
        assertThat(cache.asMap()).containsOnlyKeys("a", "b");
    }

    @Test
    void allWhoWaitForALoadThatIsRefusedGetItsValue() {
        Cache<String, String> cache = small(builder()).build();
        cache.put("a", "1");
        cache.put("b", "2");
        origin.set("c", "3");
        Gate load = origin.hold(Call.LOAD, Point.AFTER);
        List<Future<String>> readers = start(3, () -> requireNonNull(cache.get("c")));
        load.awaitArrivals(1);
        eventually(() -> cache.stats().of(Count.JOINS) == 2);

        load.open();

        readers.forEach(reader -> assertThat(result(reader)).isEqualTo("3"));
        assertThat(origin.loads("c")).isOne();
    }

    @Test
    void bulkLoadHandsOutWhatIsRefusedAndKeepsTheRest() {
        Cache<String, String> cache = small(bare("things")).bulkLoader(origin).build();
        Stream.of("a", "b", "c", "d").forEach(key -> origin.set(key, "v" + key));

        Map<String, String> found = cache.getAll(List.of("a", "b", "c", "d"));

        assertThat(found).containsOnlyKeys("a", "b", "c", "d");
        assertThat(cache.stats().size()).isEqualTo(2);
        assertThat(refusals(cache)).isEqualTo(2);
    }

    @Test
    void valueOfTheFarTierThatIsRefusedIsHandedOut() {
        Site one = site("one");
        Site two = site("two", EvictionTest::small);
        Stream.of("a", "b", "c").forEach(key -> one.cache().put(key, "v" + key));

        assertThat(two.cache().getAll(List.of("a", "b", "c"))).hasSize(3);
        assertThat(two.cache().get("c")).isEqualTo("vc");

        assertThat(two.cache().stats().size()).isEqualTo(2);
        assertThat(origin.loads()).isZero();
    }

    @Test
    void leasedLoadThatIsRefusedNearFillsTheFarTier() {
        Site one = site("one", EvictionTest::small);
        Site two = site("two");
        Stream.of("a", "b", "c").forEach(key -> origin.set(key, "v" + key));
        one.cache().get("a");
        one.cache().get("b");

        assertThat(one.cache().get("c")).isEqualTo("vc");

        assertThat(two.cache().get("c")).isEqualTo("vc");
        assertThat(origin.loads("c")).isOne();
        assertThat(one.near("c")).isNull();
    }

    @Test
    void refreshedValueThatIsRefusedTakesTheOlderOneWithIt() {
        Cache<String, String> cache = light(builder())
                .timeToLive(SECOND)
                .staleWhileRevalidate(Duration.ofHours(1))
                .build();
        origin.set("a", "1234567").set("k", "old");
        cache.get("a");
        cache.get("k");
        origin.set("k", "newer");
        ticker.advance(SECOND.plusMillis(1));

        assertThat(cache.get("k")).isEqualTo("old");
        eventually(() -> refusals(cache) == 1);

        eventually(() -> cache.lookup("k").isMiss());
        assertThat(cache.get("k")).isEqualTo("newer");
    }

    // Rebuilds.

    @Test
    void rebuildWithMoreRowsThanTheBoundFailsAndTheOldGenerationGoesOn() {
        Cache<String, String> cache = small(bare("prices")).build();
        cache.put("a", "1");

        assertThatThrownBy(() -> cache.rebuild(Stream.of("x", "y", "z"), value -> value))
                .isInstanceOf(RebuildException.class)
                .hasCauseInstanceOf(CacheFullException.class)
                .hasMessageContaining("the old generation goes on")
                .hasMessageContaining("maxEntries of 2")
                .hasMessageContaining("(cache 'prices')");

        assertThat(cache.asMap()).containsExactlyEntriesOf(Map.of("a", "1"));
        assertThat(cache.rebuild(Stream.of("x", "y"), value -> value).rows()).isEqualTo(2);
        assertThat(cache.asMap()).containsOnlyKeys("x", "y");
    }

    @Test
    void putThatTheNextGenerationHasNoRoomForFailsTheRebuildAndNotThePut() {
        Cache<String, String> cache = small(bare("prices")).build();
        cache.put("a", "1");

        Stream<Map.Entry<String, String>> rows = Stream.of(
                        Map.entry("x", "1"), Map.entry("y", "2"), Map.entry("x", "3"))
                .peek(row -> {
                    if (row.getValue().equals("3")) {
                        cache.put("b", "2");
                    }
                });

        assertThatThrownBy(() -> cache.rebuild(rows))
                .isInstanceOf(RebuildException.class)
                .hasCauseInstanceOf(CacheFullException.class);

        assertThat(cache.asMap()).containsExactlyInAnyOrderEntriesOf(Map.of("a", "1", "b", "2"));
        cache.put("b", "3");
        assertThat(cache.asMap()).containsEntry("b", "3");
    }
}
