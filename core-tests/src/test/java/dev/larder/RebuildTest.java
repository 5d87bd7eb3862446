package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.failure.RebuildException;
import dev.larder.testkit.FakeOrigin.Call;
import dev.larder.testkit.FakeOrigin.Point;
import dev.larder.testkit.Gate;
import dev.larder.testkit.Threads;
import dev.larder.write.RebuildReport;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Promise G7 in one process: the old generation until the new one is whole, and no change made meanwhile is lost. */
final class RebuildTest extends CacheFixture {
    private static Stream<Map.Entry<String, String>> rows(String... keysAndValues) {
        return IntStream.range(0, keysAndValues.length / 2)
                .mapToObj(i -> Map.entry(keysAndValues[2 * i], keysAndValues[2 * i + 1]));
    }

    /** Rows behind a gate: the rebuild has read {@code first} and waits before it sees the rest. */
    private static Stream<Map.Entry<String, String>> gated(
            Gate gate, Map.Entry<String, String> first, Map.Entry<String, String> rest) {
        return Stream.of(first, rest).peek(row -> {
            if (row.equals(rest)) {
                passing(gate);
            }
        });
    }

    private static void passing(Gate gate) {
        try {
            gate.pass();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void rebuildReplacesTheWholeContent() {
        Cache<String, String> cache = bare("things").build();
        cache.put("dropped", "old");
        cache.put("k", "old");

        RebuildReport report = cache.rebuild(rows("k", "new", "added", "new"));

        assertThat(cache.asMap()).containsOnly(Map.entry("k", "new"), Map.entry("added", "new"));
        assertThat(report.rows()).isEqualTo(2);
        assertThat(report.superseded()).isZero();
    }

    @Test
    void rebuildTakesValuesWithAFunctionForTheirKeys() {
        Cache<String, String> cache = bare("things").build();

        RebuildReport report = cache.rebuild(Stream.of("apple", "pear"), value -> value.substring(0, 1));

        assertThat(report.rows()).isEqualTo(2);
        assertThat(cache.get("a")).isEqualTo("apple");
        assertThat(cache.get("p")).isEqualTo("pear");
    }

    @Test
    void rebuildFromNothingEmptiesTheCache() {
        Cache<String, String> cache = bare("things").build();
        cache.put("k", "v");

        cache.rebuild(Stream.of());

        assertThat(cache.asMap()).isEmpty();
    }

    @Test
    void reportTellsHowLongItTook() {
        Cache<String, String> cache = bare("things").build();

        RebuildReport report = cache.rebuild(rows("k", "v").peek(row -> ticker.advance(Duration.ofSeconds(3))));

        assertThat(report.duration()).isEqualTo(Duration.ofSeconds(3));
    }

    @Test
    void oldGenerationIsServedWhileTheNewOneIsBuilt() {
        Cache<String, String> cache = builder().build();
        cache.put("k", "old");
        Gate gate = new Gate();
        Future<RebuildReport> rebuild =
                start(() -> cache.rebuild(gated(gate, Map.entry("k", "new"), Map.entry("other", "new"))));
        gate.awaitArrivals(1);

        assertThat(cache.get("k")).isEqualTo("old");
        assertThat(cache.lookup("other").isMiss()).isTrue();
        gate.open();
        result(rebuild);

        assertThat(cache.get("k")).isEqualTo("new");
        assertThat(cache.get("other")).isEqualTo("new");
        assertThat(origin.loads()).isZero();
    }

    @Test
    void keyRemovedDuringTheRebuildStaysRemoved() {
        Cache<String, String> cache = bare("things").build();
        cache.put("read", "old");
        cache.put("unread", "old");
        Gate gate = new Gate();
        Future<RebuildReport> rebuild =
                start(() -> cache.rebuild(gated(gate, Map.entry("read", "old"), Map.entry("unread", "old"))));
        gate.awaitArrivals(1);

        cache.remove("read");
        cache.remove("unread");
        gate.open();

        assertThat(result(rebuild).superseded()).isGreaterThanOrEqualTo(1);
        assertThat(cache.lookup("read").isMiss()).isTrue();
        assertThat(cache.lookup("unread").isMiss()).isTrue();
    }

    @Test
    void valuePutDuringTheRebuildIsNotOverwritten() {
        Cache<String, String> cache = builder().writer(origin).build();
        Gate gate = new Gate();
        Future<RebuildReport> rebuild =
                start(() -> cache.rebuild(gated(gate, Map.entry("read", "old"), Map.entry("unread", "old"))));
        gate.awaitArrivals(1);

        cache.put("read", "put");
        cache.put("unread", "put");
        assertThat(cache.get("read")).isEqualTo("put");
        gate.open();
        result(rebuild);

        assertThat(cache.get("read")).isEqualTo("put");
        assertThat(cache.get("unread")).isEqualTo("put");
    }

    @Test
    void loadThatBeganBeforeTheSwitchIsNotStoredInTheNewGeneration() {
        Cache<String, String> cache = builder().build();
        origin.set("k", "old");
        Gate gate = origin.hold(Call.LOAD, Point.AFTER);
        Future<String> load = start(() -> cache.get("k"));
        gate.awaitArrivals(1);
        origin.letThrough(Call.LOAD, Point.AFTER);

        cache.rebuild(rows("k", "new"));
        gate.open();

        result(load);
        assertThat(cache.get("k")).isEqualTo("new");
        assertThat(cache.asMap()).containsEntry("k", "new");
    }

    @Test
    void failingStreamLeavesTheOldGeneration() {
        Cache<String, String> cache = bare("things").build();
        cache.put("k", "old");
        IllegalStateException broken = new IllegalStateException("cursor closed");

        assertThatThrownBy(() -> cache.rebuild(rows("k", "new", "l", "new").peek(row -> {
                    if (row.getKey().equals("l")) {
                        throw broken;
                    }
                })))
                .isInstanceOf(RebuildException.class)
                .hasCause(broken)
                .hasMessageContaining("things");

        assertThat(cache.asMap()).containsOnly(Map.entry("k", "old"));
        cache.rebuild(rows("k", "new"));
        assertThat(cache.get("k")).isEqualTo("new");
    }

    @Test
    void streamIsClosedWhetherTheRebuildSucceedsOrNot() {
        Cache<String, String> cache = bare("things").build();
        AtomicLong closed = new AtomicLong();

        cache.rebuild(rows("k", "v").onClose(closed::incrementAndGet));
        assertThat(closed).hasValue(1);
        assertThatThrownBy(() -> cache.rebuild(
                        rows("k", "v").onClose(closed::incrementAndGet).peek(row -> {
                            throw new IllegalStateException("broken");
                        })))
                .isInstanceOf(RebuildException.class);

        assertThat(closed).hasValue(2);
    }

    @Test
    void secondRebuildIsRefusedWhileOneRuns() {
        Cache<String, String> cache = bare("things").build();
        Gate gate = new Gate();
        Future<RebuildReport> first =
                start(() -> cache.rebuild(gated(gate, Map.entry("a", "first"), Map.entry("b", "first"))));
        gate.awaitArrivals(1);
        AtomicBoolean closed = new AtomicBoolean();

        assertThatThrownBy(() -> cache.rebuild(rows("a", "second").onClose(() -> closed.set(true))))
                .isInstanceOf(RebuildException.class)
                .hasMessageContaining("another rebuild");
        gate.open();

        result(first);
        assertThat(cache.get("a")).isEqualTo("first");
        assertThat(closed).isTrue();
    }

    @Test
    void clearDuringTheRebuildEndsIt() {
        Cache<String, String> cache = bare("things").build();
        cache.put("a", "old");
        Gate gate = new Gate();
        Future<RebuildReport> rebuild =
                start(() -> cache.rebuild(gated(gate, Map.entry("a", "row"), Map.entry("b", "row"))));
        gate.awaitArrivals(1);

        cache.clear();
        gate.open();

        assertThat(failure(rebuild)).isInstanceOf(RebuildException.class).hasMessageContaining("cleared");
        assertThat(cache.asMap()).isEmpty();
    }

    @Test
    void rowsLiveAsLongAsValuesPut() {
        Cache<String, String> cache = bare("things").timeToLive(SECOND).build();
        cache.rebuild(rows("k", "v"));

        ticker.advance(Duration.ofMillis(999));
        assertThat(cache.lookup("k").isHit()).isTrue();
        ticker.advance(Duration.ofMillis(1));

        assertThat(cache.lookup("k").isHit()).isFalse();
    }

    @Test
    void rebuildAsyncReportsAndFailsLikeTheBlockingOne() {
        Cache<String, String> cache = bare("things").build();

        assertThat(result(cache.async().rebuild(rows("k", "v"))).rows()).isOne();
        assertThat(failure(cache.async()
                        .rebuild(Stream.of((Map.Entry<String, String>) null).map(row -> Map.entry(row.getKey(), "v")))))
                .isInstanceOf(RebuildException.class);

        assertThat(cache.get("k")).isEqualTo("v");
    }

    @Test
    void readersSeeNoGapWhileGenerationsChangeUnderThem() {
        Cache<Integer, Integer> cache =
                larder().cache("numbers", Integer.class, Integer.class).build();
        AtomicBoolean over = new AtomicBoolean();
        cache.rebuild(IntStream.range(0, 500).mapToObj(i -> Map.entry(i, 0)));

        Threads.run(4, number -> {
            if (number == 0) {
                for (int generation = 1; generation <= 100; generation++) {
                    int value = generation;
                    cache.rebuild(IntStream.range(0, 500).mapToObj(i -> Map.entry(i, value)));
                }
                over.set(true);
            }
            int newest = 0;
            for (int i = number; !over.get(); i = (i + 7) % 500) {
                int seen = Objects.requireNonNullElse(cache.get(i), -1);
                assertThat(seen).as("key %d is never missing", i).isNotNegative();
                assertThat(seen).as("generations only go forward").isGreaterThanOrEqualTo(newest);
                newest = seen;
            }
        });
    }

    @Test
    void writesWhileRebuildsRunAreNeverLost() {
        AtomicLong row = new AtomicLong();
        Cache<String, Long> cache = larder().cache("rows", String.class, Long.class)
                .writer((key, value) -> row.set(value))
                .loader(key -> row.get())
                .build();
        AtomicBoolean over = new AtomicBoolean();

        Threads.run(2, number -> {
            if (number == 0) {
                for (long i = 1; i <= 3_000; i++) {
                    cache.put("k", i);
                    assertThat(cache.get("k")).isEqualTo(i);
                }
                over.set(true);
            }
            while (!over.get()) {
                cache.rebuild(Stream.of("k").map(key -> {
                    long read = row.get();
                    Threads.letOthersRun();
                    return Map.entry(key, read);
                }));
            }
        });
    }
}
