package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.event.RemovalCause;
import dev.larder.failure.LoadException;
import dev.larder.load.Loaded;
import dev.larder.stats.Count;
import dev.larder.tag.Tags;
import dev.larder.testkit.FakeOrigin.Call;
import dev.larder.testkit.FakeOrigin.Point;
import dev.larder.testkit.Gate;
import dev.larder.testkit.ManualExecutor;
import dev.larder.testkit.RecordingListener;
import dev.larder.testkit.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tags: one step makes all entries that have one untrue, or old, also those whose load was under way (G2). */
final class TagTest extends CacheFixture {
    private static final Duration TTL = Duration.ofSeconds(10);

    /** Keys are {@code tag:number}. */
    private CacheBuilder<String, String> tagged() {
        List.of("red:1", "red:2", "blue:1").forEach(key -> origin.set(key, "value of " + key));
        return builder().tags((key, value) -> List.of(key.substring(0, key.indexOf(':')), "all"));
    }

    @Test
    void removedTagTakesItsEntriesAndNoOthers() {
        Cache<String, String> cache = tagged().build();
        List.of("red:1", "red:2", "blue:1").forEach(cache::get);

        cache.removeTag("red");
        List.of("red:1", "red:2", "blue:1").forEach(cache::get);

        assertThat(origin.loads("red:1")).isEqualTo(2);
        assertThat(origin.loads("red:2")).isEqualTo(2);
        assertThat(origin.loads("blue:1")).isOne();
        assertThat(cache.stats().of(Count.TAG_REMOVALS)).isOne();
    }

    @Test
    void whatIsLoadedAfterTheRemovalStays() {
        Cache<String, String> cache = tagged().build();
        cache.get("red:1");
        cache.removeTag("red");

        cache.get("red:1");
        cache.get("red:1");

        assertThat(origin.loads("red:1")).isEqualTo(2);
    }

    @Test
    void entryOfManyTagsLeavesWithAnyOfThem() {
        Cache<String, String> cache = tagged().build();
        cache.get("red:1");
        cache.get("blue:1");

        cache.removeTag("all");

        assertThat(cache.lookup("red:1").isMiss()).isTrue();
        assertThat(cache.lookup("blue:1").isMiss()).isTrue();
        assertThat(cache.asMap()).doesNotContainKey("red:1");
    }

    @Test
    void loadUnderWayWhenItsTagIsRemovedIsNotServedAfterwards() {
        Cache<String, String> cache = tagged().build();
        Gate gate = origin.hold(Call.LOAD, Point.AFTER);
        Future<String> slow = start(() -> cache.get("red:1"));
        gate.awaitArrivals(1);

        cache.removeTag("red"); // nobody has the tag yet
        gate.open();
        result(slow);

        assertThat(cache.lookup("red:1").isMiss()).isTrue();
        cache.get("red:1");
        assertThat(origin.loads("red:1")).isEqualTo(2);
    }

    @Test
    void bulkLoadUnderWayIsNotServedAfterwardsEither() {
        Cache<String, String> cache = tagged().bulkLoader(origin).build();
        Gate gate = origin.hold(Call.BULK_LOAD, Point.AFTER);
        Future<Map<String, String>> slow = start(() -> cache.getAll(List.of("red:1", "blue:1")));
        gate.awaitArrivals(1);

        cache.removeTag("all");
        gate.open();
        result(slow);

        assertThat(cache.lookup("red:1").isMiss() && cache.lookup("blue:1").isMiss())
                .isEqualTo(true);
    }

    @Test
    void putWhoseWriteWasUnderWayIsNotServedAfterwards() {
        Cache<String, String> cache = tagged().writer(origin).build();
        Gate gate = origin.hold(Call.WRITE, Point.AFTER);
        Future<?> put = start(() -> {
            cache.put("red:1", "v");
            return null;
        });
        gate.awaitArrivals(1);

        cache.removeTag("red");
        gate.open();
        result(put);

        assertThat(cache.lookup("red:1").isMiss()).isTrue();
    }

    @Test
    void putAfterTheRemovalIsServed() {
        Cache<String, String> cache = tagged().build();
        cache.put("red:1", "old");

        cache.removeTag("red");
        cache.put("red:1", "new");

        assertThat(cache.get("red:1")).isEqualTo("new");
        assertThat(origin.loads()).isZero();
    }

    @Test
    void rowOfARebuildThatBeganBeforeTheRemovalIsNotServed() {
        Cache<String, String> cache = tagged().build();
        Stream<Map.Entry<String, String>> rows = Stream.of(Map.entry("red:1", "old"), Map.entry("blue:1", "b"))
                .peek(row -> {
                    if (row.getKey().startsWith("blue")) {
                        cache.removeTag("red"); // after the red row was read
                    }
                });

        cache.rebuild(rows);

        assertThat(cache.lookup("red:1").isMiss()).isTrue();
        assertThat(cache.lookup("blue:1").value()).isEqualTo("b");
    }

    @Test
    void loaderGivesTagsOfItsOwn() {
        Cache<String, String> cache = larder().cache("own", String.class, String.class)
                .entryLoader(key -> Loaded.of(origin.load(key)).tags("t-" + key, "own"))
                .build();
        origin.set("a", "1").set("b", "2");
        cache.get("a");
        cache.get("b");

        cache.removeTag("t-a");

        assertThat(cache.lookup("a").isMiss()).isTrue();
        assertThat(cache.lookup("b").isHit()).isTrue();
    }

    @Test
    void cachedAbsenceHasTheLoadersTags() {
        Cache<String, String> cache = larder().cache("absent", String.class, String.class)
                .entryLoader(key -> Loaded.<String>of(null).tags("t"))
                .build();
        cache.get("a");
        assertThat(cache.lookup("a").isHit()).isTrue();

        cache.removeTag("t");

        assertThat(cache.lookup("a").isMiss()).isTrue();
    }

    @Test
    void staleTagIsServedWhileOneLoadRenewsIt() {
        ManualExecutor background = new ManualExecutor();
        Cache<String, String> cache = open(larderBuilder().executor(background))
                .cache("stale", String.class, String.class)
                .timeToLive(TTL)
                .staleWhileRevalidate(TTL)
                .tags((key, value) -> List.of("t"))
                .loader(origin)
                .build();
        origin.set("k", "old");
        cache.get("k");
        origin.set("k", "new");

        cache.staleTag("t");

        assertThat(cache.get("k")).isEqualTo("old");
        background.runAll();
        assertThat(cache.get("k")).isEqualTo("new");
        assertThat(origin.loads("k")).isEqualTo(2);
    }

    @Test
    void staleTagIsOfUseWhenTheLoadFailsAndARemovedOneIsNot() {
        Cache<String, String> cache = builder()
                .timeToLive(TTL)
                .staleIfError(TTL)
                .tags((key, value) -> List.of("t"))
                .build();
        origin.set("k", "old");
        cache.get("k");
        cache.staleTag("t");
        origin.fail(Call.LOAD, () -> new IOException("down"));

        assertThat(cache.get("k")).isEqualTo("old");
        cache.removeTag("t");

        assertThatThrownBy(() -> cache.get("k")).isInstanceOf(LoadException.class);
    }

    @Test
    void staleTagWithoutAWindowIsAMiss() {
        Cache<String, String> cache = tagged().timeToLive(TTL).build();
        cache.get("red:1");

        cache.staleTag("red");
        cache.get("red:1");

        assertThat(origin.loads("red:1")).isEqualTo(2);
    }

    @Test
    void touchedAndExpiredEntriesKeepTheirTags() {
        Cache<String, String> cache =
                tagged().timeToLive(TTL).staleIfError(Duration.ofHours(1)).build();
        cache.get("red:1");
        cache.get("blue:1");
        assertThat(cache.touch("red:1")).isTrue();
        cache.expire("blue:1");

        cache.removeTag("red");
        cache.removeTag("blue");

        assertThat(cache.lookup("red:1").isMiss()).isTrue();
        assertThat(cache.lookup("blue:1").isMiss()).isTrue();
    }

    @Test
    void entryThatItsTagMadeUntrueIsReportedAsRemovedWhenItIsMet() {
        RecordingListener<String, String> heard = new RecordingListener<>();
        Cache<String, String> cache = tagged().listener(heard).build();
        cache.get("red:1");

        cache.removeTag("red");
        cache.get("red:1");

        eventually(() -> heard.removals().stream().anyMatch(removal -> removal.cause() == RemovalCause.REMOVED));
    }

    @Test
    void tagNobodyHasAnyMoreTakesNoMemory() {
        Tags tags = new Tags();
        long begun = tags.now();
        IntStream.range(0, 10_000).forEach(i -> tags.of(List.of("t" + i)));

        eventually(() -> {
            System.gc();
            return tags.size() == 0;
        });

        assertThat(tags.of(List.of("t1"))[0].isRemovedSince(begun)).isFalse();
    }

    @Test
    void invalidationOutlivesTheTagItWasMadeOf() {
        Tags tags = new Tags();
        long begun = tags.now();
        tags.remove("t");
        IntStream.range(0, 5_000).forEach(i -> tags.remove("o" + i)); // more than are remembered

        eventually(() -> {
            System.gc();
            return tags.size() < 5_000;
        });

        assertThat(tags.of(List.of("t"))[0].isRemovedSince(begun)).isTrue();
        assertThat(tags.of(List.of("t"))[0].isRemovedSince(tags.now())).isFalse();
    }

    @Test
    void removalsOfTagsThatNobodyHasWrongNoLoadOfAnother() {
        Tags tags = new Tags();
        long begun = tags.now();
        IntStream.range(0, 4_000).forEach(i -> tags.remove("o" + i));
        System.gc();

        assertThat(tags.of(List.of("t"))[0].isRemovedSince(begun)).isFalse();
        assertThat(tags.of(List.of("o7"))[0].isRemovedSince(begun)).isTrue();
    }

    @Test
    void noReadThatBeginsAfterARemovalGivesWhatWasReadBefore() throws InterruptedException {
        int tags = 3;
        AtomicIntegerArray written = new AtomicIntegerArray(tags); // the origin: one version for all keys of a tag
        AtomicIntegerArray removed = new AtomicIntegerArray(tags);
        Cache<Integer, Integer> cache = larder().cache("race", Integer.class, Integer.class)
                .maxEntries(20) // of 30: some are evicted, and their tags collected
                .tags((key, value) -> List.of("t" + key % tags))
                .loader(key -> written.get(key % tags))
                .build();

        Threads.run(4, number -> {
            for (int i = 0; i < 50_000; i++) {
                int tag = i % tags;
                if (number == 0) {
                    int version = written.incrementAndGet(tag);
                    cache.removeTag("t" + tag);
                    removed.set(tag, version);
                } else {
                    int least = removed.get(tag);
                    int key = tag + tags * (i % 10);
                    assertThat(cache.get(key)).isGreaterThanOrEqualTo(least);
                }
            }
        });
    }

    @Test
    void badTagsAreRefusedWithASentence() {
        Cache<String, String> cache = tagged().build();
        origin.set("k", "v");
        Cache<String, String> greedy = builder("greedy")
                .tags((key, value) ->
                        IntStream.range(0, 65).mapToObj(i -> "t" + i).toList())
                .build();
        Cache<String, String> careless = builder("careless")
                .tags((key, value) -> Collections.singletonList(null))
                .build();

        assertThatThrownBy(() -> cache.removeTag("")).hasMessageContaining("1 to 256");
        assertThatThrownBy(() -> cache.staleTag("x".repeat(257))).hasMessageContaining("257");
        assertThatThrownBy(() -> greedy.get("k")).hasRootCauseMessage("an entry may have 64 tags but was given 65");
        assertThatThrownBy(() -> greedy.put("k", "v")).hasMessageContaining("64");
        assertThatThrownBy(() -> careless.get("k")).hasRootCauseInstanceOf(NullPointerException.class);
        assertThat(greedy.lookup("k").isMiss()).isTrue();
    }
}
