package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.event.RemovalCause;
import dev.larder.stats.Count;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The bound that changes at run time, the views by heat, and the listener inside an eviction. */
final class NearViewTest extends CacheFixture {
    private CacheBuilder<Integer, String> numbers(String name) {
        return larder().cache(name, Integer.class, String.class).jitter(0);
    }

    private static void fill(Cache<Integer, String> cache, int entries) {
        IntStream.range(0, entries).forEach(key -> cache.put(key, "v"));
    }

    @Test
    void lowerBoundHoldsWhenResizeReturns() {
        Cache<Integer, String> cache = numbers("shrunk").maxEntries(50_000).build();
        fill(cache, 50_000);

        cache.near().resize(100);

        assertThat(cache.near().max()).isEqualTo(100);
        assertThat(cache.stats().size()).isEqualTo(100);
        assertThat(cache.stats().of(Count.EVICTIONS)).isEqualTo(49_900);
        fill(cache, 1_000);
        assertThat(cache.stats().size()).isEqualTo(100);
    }

    @Test
    void higherBoundIsFilled() {
        Cache<Integer, String> cache = numbers("grown").maxEntries(10).build();
        fill(cache, 100);

        cache.near().resize(30_000);
        fill(cache, 40_000);

        assertThat(cache.stats().size()).isEqualTo(30_000);
    }

    @Test
    void boundInWeightShrinksByWeight() {
        Cache<Integer, String> cache =
                numbers("heavy").maxWeight(1_000, (key, value) -> 7).build();
        fill(cache, 500);

        cache.near().resize(70);

        assertThat(cache.stats().weight()).isEqualTo(70);
        assertThat(cache.stats().size()).isEqualTo(10);
    }

    @Test
    void newBoundOutlivesClearAndRebuild() {
        Cache<Integer, String> cache = numbers("kept").maxEntries(1_000).build();

        cache.near().resize(50);
        cache.clear();
        fill(cache, 200);
        assertThat(cache.stats().size()).isEqualTo(50);
        cache.rebuild(Stream.iterate(0, key -> key + 1).limit(200).map(key -> Map.entry(key, "new")));

        assertThat(cache.stats().size()).isEqualTo(50);
    }

    @Test
    void resizeDuringARebuildHoldsForTheNextGeneration() {
        Cache<Integer, String> cache = numbers("meanwhile").maxEntries(1_000).build();

        cache.rebuild(Stream.iterate(0, key -> key + 1)
                .limit(500)
                .peek(key -> {
                    if (key == 250) {
                        cache.near().resize(20);
                    }
                })
                .map(key -> Map.entry(key, "new")));

        assertThat(cache.stats().size()).isEqualTo(20);
    }

    @Test
    void nonsenseIsRefused() {
        Cache<Integer, String> cache = numbers("strict").maxEntries(10).build();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> cache.near().resize(0))
                .withMessage("max must be >= 1 but was 0 (cache 'strict')");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> cache.near().coldest(-1))
                .withMessage("limit must be >= 0 but was -1 (cache 'strict')");
    }

    @Test
    void readEntriesAreHotterThanUnreadOnes() {
        Cache<Integer, String> cache = numbers("warm").maxEntries(100).build();
        fill(cache, 100);
        for (int round = 0; round < 3; round++) {
            IntStream.range(40, 60).forEach(cache::get);
        }
        fillBeyond(cache);

        List<Integer> hottest =
                cache.near().hottest(10).stream().map(Map.Entry::getKey).toList();
        List<Integer> coldest =
                cache.near().coldest(10).stream().map(Map.Entry::getKey).toList();

        assertThat(hottest).hasSize(10).allMatch(key -> key >= 40 && key < 60);
        assertThat(coldest).hasSize(10).noneMatch(key -> key >= 40 && key < 60);
    }

    /** So that the policy has had to choose. */
    private static void fillBeyond(Cache<Integer, String> cache) {
        IntStream.range(1_000, 1_060).forEach(key -> cache.put(key, "v"));
    }

    @Test
    void viewsLeaveOutWhatHasExpiredAndCountNothing() {
        Cache<Integer, String> cache = numbers("brief")
                .maxEntries(10)
                .timeToLive(Duration.ofSeconds(5))
                .build();
        fill(cache, 5);
        assertThat(cache.near().coldest(100)).hasSize(5);

        ticker.advance(Duration.ofSeconds(6));

        assertThat(cache.near().coldest(100)).isEmpty();
        assertThat(cache.near().hottest(100)).isEmpty();
        assertThat(cache.stats().hits() + cache.stats().of(Count.MISSES)).isZero();
    }

    @Test
    void evictionListenerHearsInsideTheRemovalOfWhatLeavesByItself() {
        List<String> heard = new ArrayList<>();
        Cache<Integer, String> cache = numbers("heard")
                .maxEntries(1)
                .timeToLive(Duration.ofSeconds(5))
                .evictionListener((key, value, cause) -> heard.add(key + "=" + value + " " + cause))
                .build();

        cache.put(1, "a");
        cache.put(2, "b");
        assertThat(heard).containsExactly("1=a " + RemovalCause.EVICTED);
        cache.put(2, "c");
        cache.remove(2);
        assertThat(heard).hasSize(1);
        cache.put(3, "d");
        ticker.advance(Duration.ofSeconds(6));
        cache.get(3);

        assertThat(heard).containsExactly("1=a " + RemovalCause.EVICTED, "3=d " + RemovalCause.EXPIRED);
    }

    @Test
    void evictionListenerThatFailsHarmsNothing() {
        Cache<Integer, String> cache = numbers("harmless")
                .maxEntries(1)
                .evictionListener((key, value, cause) -> {
                    throw new IllegalArgumentException("as the test told it to");
                })
                .build();

        fill(cache, 10);

        assertThat(cache.stats().size()).isOne();
        assertThat(cache.stats().of(Count.EVICTIONS)).isEqualTo(9);
    }

    @Test
    void evictionListenerMayNotUseTheCache() {
        List<Throwable> told = new ArrayList<>();
        List<Cache<Integer, String>> itself = new ArrayList<>();
        Cache<Integer, String> cache = numbers("inward")
                .maxEntries(1)
                .evictionListener((key, value, cause) -> {
                    try {
                        itself.get(0).put(key, "again");
                    } catch (IllegalStateException e) {
                        told.add(e);
                    }
                })
                .build();
        itself.add(cache);

        fill(cache, 2);

        assertThat(told).hasSize(1);
        assertThat(cache.asMap()).containsExactly(Map.entry(1, "v"));
    }

    @Test
    void errorOfAnEvictionListenerKeepsTheEntryAndReachesTheCaller() {
        boolean[] fails = {true};
        Cache<Integer, String> cache = numbers("exhausted")
                .maxEntries(1)
                .evictionListener((key, value, cause) -> {
                    if (fails[0]) {
                        throw new OutOfMemoryError("as the test told it to");
                    }
                })
                .build();
        cache.put(1, "v");

        assertThatThrownBy(() -> cache.put(2, "v")).isInstanceOf(OutOfMemoryError.class);
        assertThat(cache.asMap()).containsExactly(Map.entry(1, "v"));
        fails[0] = false;
        cache.put(2, "v");

        assertThat(cache.asMap()).containsExactly(Map.entry(2, "v"));
    }
}
