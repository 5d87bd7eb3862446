package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.failure.LoadException;
import dev.larder.failure.LoadTimeoutException;
import dev.larder.stats.Count;
import dev.larder.testkit.FakeOrigin.Call;
import dev.larder.testkit.FakeOrigin.Point;
import dev.larder.testkit.Gate;
import dev.larder.testkit.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** {@code getAll}: one question for all that is missing, joined with loads under way. */
final class BulkReadsTest extends CacheFixture {
    private CacheBuilder<String, String> bulk() {
        return builder().bulkLoader(origin);
    }

    @Test
    void missingKeysAreLoadedInOneCallAndThoseCachedAreNot() {
        Cache<String, String> cache = bulk().build();
        origin.set("a", "1").set("b", "2").set("c", "3");
        cache.get("a");

        assertThat(cache.getAll(List.of("a", "b", "c"))).isEqualTo(Map.of("a", "1", "b", "2", "c", "3"));

        assertThat(origin.bulkCalls()).containsExactly(Set.of("b", "c"));
        assertThat(cache.getAll(List.of("a", "b", "c"))).hasSize(3);
        assertThat(origin.bulkCalls()).hasSize(1);
    }

    @Test
    void answerKeepsTheOrderOfTheKeysAskedFor() {
        Cache<String, String> cache = bulk().build();
        List<String> keys = new ArrayList<>(
                IntStream.range(0, 100).mapToObj(i -> "k" + (i * 37 % 100)).toList());
        keys.forEach(key -> origin.set(key, "v" + key));
        cache.getAll(keys.subList(20, 50));

        Map<String, String> found = cache.getAll(keys);

        assertThat(new ArrayList<>(found.keySet())).isEqualTo(keys);
    }

    @Test
    void keysWithoutAValueAreLeftOutAndTheirAbsenceIsCached() {
        Cache<String, String> cache = bulk().build();
        origin.set("a", "1");

        assertThat(cache.getAll(List.of("a", "none"))).isEqualTo(Map.of("a", "1"));
        assertThat(cache.getAll(List.of("a", "none"))).isEqualTo(Map.of("a", "1"));

        assertThat(origin.bulkCalls()).hasSize(1);
        assertThat(cache.lookup("none").isHit()).isTrue();
    }

    @Test
    void keyAskedForTwiceIsLoadedOnceAndGivenOnce() {
        Cache<String, String> cache = bulk().build();
        origin.set("a", "1");

        assertThat(cache.getAll(List.of("a", "a", "a"))).isEqualTo(Map.of("a", "1"));

        assertThat(origin.loads("a")).isOne();
    }

    @Test
    void nothingAskedForIsNothingLoaded() {
        Cache<String, String> cache = bulk().build();

        assertThat(cache.getAll(List.of())).isEmpty();

        assertThat(origin.calls(Call.BULK_LOAD)).isZero();
    }

    @Test
    void keysTheLoaderAddsUnaskedAreIgnored() {
        Cache<String, String> cache = bare("things")
                .bulkLoader(keys -> Map.of("a", "1", "unasked", "2"))
                .build();

        assertThat(cache.getAll(List.of("a"))).isEqualTo(Map.of("a", "1"));

        assertThat(cache.lookup("unasked").isMiss()).isTrue();
    }

    @Test
    void withoutABulkLoaderEachMissingKeyIsLoadedByTheLoader() {
        Cache<String, String> cache = builder().build();
        origin.set("a", "1").set("b", "2");

        assertThat(cache.getAll(List.of("a", "b", "none"))).isEqualTo(Map.of("a", "1", "b", "2"));

        assertThat(origin.calls(Call.LOAD)).isEqualTo(3);
    }

    @Test
    void withoutAnyLoaderOnlyWhatIsCachedIsGiven() {
        Cache<String, String> cache = bare("plain").build();
        cache.put("a", "1");

        assertThat(cache.getAll(List.of("a", "b"))).isEqualTo(Map.of("a", "1"));
    }

    @Test
    void loaderOfOneCallTakesThePlaceOfTheCachesOwn() {
        Cache<String, String> cache = bulk().build();

        Map<String, String> found = cache.getAll(List.of("a", "b"), keys -> Map.of("a", "call", "b", "call"));

        assertThat(found).isEqualTo(Map.of("a", "call", "b", "call"));
        assertThat(origin.loads()).isZero();
        assertThat(cache.get("a")).isEqualTo("call");
    }

    @Test
    void keyThatIsBeingLoadedIsWaitedForAndNotLoadedAgain() {
        Cache<String, String> cache = bulk().build();
        origin.set("a", "1").set("b", "2");
        Gate gate = origin.hold(Call.LOAD, Point.BEFORE);
        Future<String> single = start(() -> cache.get("a"));
        gate.awaitArrivals(1);

        Future<Map<String, String>> all = start(() -> cache.getAll(List.of("a", "b")));
        eventually(() -> origin.calls(Call.BULK_LOAD) == 1);
        gate.open();

        assertThat(result(all)).isEqualTo(Map.of("a", "1", "b", "2"));
        assertThat(result(single)).isEqualTo("1");
        assertThat(origin.bulkCalls()).containsExactly(Set.of("b"));
        assertThat(origin.loads("a")).isOne();
    }

    @Test
    void keyThatABulkLoadIsLoadingIsWaitedForBySingleGets() {
        Cache<String, String> cache = bulk().build();
        origin.set("a", "1").set("b", "2");
        Gate gate = origin.hold(Call.BULK_LOAD, Point.BEFORE);
        Future<Map<String, String>> all = start(() -> cache.getAll(List.of("a", "b")));
        gate.awaitArrivals(1);

        Future<String> single = start(() -> cache.get("b"));
        eventually(() -> cache.stats().of(Count.JOINS) == 1);
        gate.open();

        assertThat(result(single)).isEqualTo("2");
        result(all);
        assertThat(origin.calls(Call.LOAD)).isZero();
    }

    @Test
    void overlappingBulkReadsEndAndLoadEachKeyOnce() {
        Cache<String, String> cache = bulk().build();
        List<String> up = IntStream.range(0, 50).mapToObj(i -> "k" + i).toList();
        List<String> down = IntStream.range(0, 50).mapToObj(i -> "k" + (49 - i)).toList();
        up.forEach(key -> origin.set(key, "v"));
        origin.duringCalls(key -> Threads.letOthersRun());

        List<Map<String, String>> answers = Threads.race(8, number -> cache.getAll(number % 2 == 0 ? up : down));

        assertThat(answers).allSatisfy(answer -> assertThat(answer).hasSize(50));
        assertThat(up).allSatisfy(key -> assertThat(origin.loads(key)).isOne());
    }

    @Test
    void keyLoadedByAnotherWhileTheCallLooksForItsKeysIsNotLoadedAgain() {
        List<Cache<Object, String>> holder = new ArrayList<>();
        List<Object> loaded = new ArrayList<>();
        holder.add(larder().cache("odd", Object.class, String.class)
                .loader(key -> {
                    loaded.add(key);
                    return "v";
                })
                .build());
        Object loadsTheOther = new Object() {
            private int looks;

            @Override
            public int hashCode() {
                if (++looks == 2) {
                    holder.get(0).get("a");
                }
                return 7;
            }

            @Override
            public boolean equals(Object other) {
                return this == other;
            }
        };

        assertThat(holder.get(0).getAll(List.of("a", loadsTheOther))).hasSize(2);

        assertThat(loaded).containsExactly("a", loadsTheOther);
    }

    @Test
    void failedBulkLoadFailsTheCallAndStoresNothing() {
        Cache<String, String> cache = bulk().build();
        IOException away = new IOException("away");
        origin.set("cached", "1");
        cache.get("cached");
        origin.fail(Call.BULK_LOAD, 1, () -> away);

        assertThatThrownBy(() -> cache.getAll(List.of("cached", "a", "b")))
                .isInstanceOf(LoadException.class)
                .hasCause(away);

        assertThat(cache.lookup("a").isMiss()).isTrue();
        origin.set("a", "1");
        assertThat(cache.getAll(List.of("cached", "a"))).hasSize(2);
    }

    @Test
    void failedBulkLoadServesWhatIsStale() {
        Cache<String, String> cache =
                bulk().timeToLive(SECOND).staleIfError(Duration.ofSeconds(60)).build();
        origin.set("a", "1").set("b", "2");
        cache.getAll(List.of("a", "b"));
        ticker.advance(SECOND);
        origin.fail(Call.BULK_LOAD, () -> new IOException("away"));

        assertThat(cache.getAll(List.of("a", "b"))).isEqualTo(Map.of("a", "1", "b", "2"));
        assertThatThrownBy(() -> cache.getAll(List.of("a", "cold"))).isInstanceOf(LoadException.class);
    }

    @Test
    void oneKeyThatFailsSinglyDoesNotKeepTheOthersFromTheCache() {
        IOException away = new IOException("away");
        Cache<String, String> cache = bare("things")
                .loader(key -> {
                    if (key.equals("bad")) {
                        throw away;
                    }
                    return "v";
                })
                .build();

        assertThatThrownBy(() -> cache.getAll(List.of("a", "bad", "b")))
                .isInstanceOf(LoadException.class)
                .hasCause(away);

        assertThat(cache.lookup("a").isHit()).isTrue();
        assertThat(cache.lookup("b").isHit()).isTrue();
    }

    @Test
    void bulkLoadCountsOnceForEachKey() {
        Cache<String, String> cache = bulk().build();
        origin.set("a", "1");
        cache.get("a");

        cache.getAll(List.of("a", "b", "c"));

        assertThat(cache.stats().loads()).isEqualTo(3);
        assertThat(cache.stats().of(Count.NEAR_HITS)).isOne();
        assertThat(cache.stats().misses()).isEqualTo(3);
    }

    @Test
    void hardTimeoutBoundsTheWholeCallHoweverManyKeys() throws Exception {
        Cache<String, String> cache = open(Larder.builder())
                .cache("slow", String.class, String.class)
                .bulkLoader(origin)
                .hardTimeout(Duration.ofMillis(200))
                .build();
        List<String> keys = IntStream.range(0, 200).mapToObj(i -> "k" + i).toList();
        Gate gate = origin.hold(Call.BULK_LOAD, Point.AFTER);

        Future<Boolean> call = start(() -> {
            assertThatThrownBy(() -> cache.getAll(keys)).isInstanceOf(LoadTimeoutException.class);
            return true;
        });

        assertThat(call.get(10, TimeUnit.SECONDS))
                .as("within far less than 200 times 200 ms")
                .isTrue();
        gate.open();
    }

    @Test
    void bulkLoaderThatGivesNoMapIsAFailure() {
        Cache<String, String> cache =
                bare("things").bulkLoader(BulkReadsTest::nothing).build();

        assertThatThrownBy(() -> cache.getAll(List.of("a"))).isInstanceOf(LoadException.class);
    }

    @Test
    void veryManyKeysAreReadInOneCall() {
        Cache<String, String> cache = bulk().build();
        List<String> keys = IntStream.range(0, 20_000).mapToObj(i -> "k" + i).toList();
        keys.forEach(key -> origin.set(key, "v"));

        assertThat(cache.getAll(keys)).hasSize(20_000);

        assertThat(origin.calls(Call.BULK_LOAD)).isOne();
    }

    @SuppressWarnings("NullAway") // a loader that breaks its contract
    private static Map<String, String> nothing(Set<? extends String> keys) {
        return null;
    }
}
