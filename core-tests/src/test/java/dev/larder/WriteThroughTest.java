package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.failure.WriteException;
import dev.larder.stats.Count;
import dev.larder.testkit.FakeOrigin.Call;
import dev.larder.testkit.FakeOrigin.Point;
import dev.larder.testkit.Gate;
import dev.larder.testkit.Seed;
import dev.larder.testkit.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Promise G3 and C4: the origin first; a refused write leaves no value; the last committer's value stays, or none. */
final class WriteThroughTest extends CacheFixture {
    private final FakeTransactions transactions = new FakeTransactions();

    private Cache<String, String> writing() {
        return builder().writer(origin).build();
    }

    @Test
    void putWritesTheOriginFirstAndThenServesTheValue() {
        Cache<String, String> cache = writing();

        cache.put("k", "v");

        assertThat(origin.value("k")).isEqualTo("v");
        assertThat(cache.get("k")).isEqualTo("v");
        assertThat(origin.loads()).isZero();
    }

    @Test
    void putWithoutAWriterLeavesTheOriginAlone() {
        Cache<String, String> cache = builder().build();

        cache.put("k", "v");

        assertThat(cache.get("k")).isEqualTo("v");
        assertThat(origin.calls(Call.WRITE)).isZero();
    }

    @Test
    void whileTheOriginIsBeingWrittenTheOldValueIsNotServed() {
        Cache<String, String> cache = writing();
        origin.set("k", "old");
        cache.get("k");
        Gate gate = origin.hold(Call.WRITE, Point.AFTER);

        Future<?> put = start(() -> {
            cache.put("k", "new");
            return "done";
        });
        gate.awaitArrivals(1);

        assertThat(cache.get("k")).isEqualTo("new");
        gate.open();
        result(put);
        assertThat(cache.get("k")).isEqualTo("new");
    }

    @Test
    void readThatLoadedDuringTheWriteDoesNotLeaveTheOldValue() {
        Cache<String, String> cache = writing();
        origin.set("k", "old");
        Gate write = origin.hold(Call.WRITE, Point.BEFORE);
        Future<?> put = start(() -> {
            cache.put("k", "new");
            return "done";
        });
        write.awaitArrivals(1);
        Gate load = origin.hold(Call.LOAD, Point.AFTER);
        Future<String> reader = start(() -> cache.get("k"));
        load.awaitArrivals(1);

        write.open();
        result(put);
        load.open();

        result(reader);
        assertThat(cache.get("k")).isEqualTo("new");
    }

    @Test
    void valueLoadedAndStoredDuringTheWriteIsReplacedByIt() {
        Cache<String, String> cache = writing();
        origin.set("k", "old");
        Gate write = origin.hold(Call.WRITE, Point.BEFORE);
        Future<?> put = start(() -> {
            cache.put("k", "new");
            return "done";
        });
        write.awaitArrivals(1);
        assertThat(cache.get("k")).isEqualTo("old");

        write.open();
        result(put);

        assertThat(cache.get("k")).isEqualTo("new");
    }

    @Test
    void refusedWriteLeavesTheKeyWithoutAValueAndThrowsTheCause() {
        Cache<String, String> cache = builder("prices").writer(origin).build();
        origin.set("k", "old");
        cache.get("k");
        IOException refused = new IOException("constraint");
        origin.fail(Call.WRITE, 1, () -> refused);

        assertThatThrownBy(() -> cache.put("k", "new"))
                .isInstanceOf(WriteException.class)
                .hasCause(refused)
                .hasMessageContaining("prices")
                .hasMessageContaining("'k'");

        assertThat(cache.lookup("k").isMiss()).isTrue();
        assertThat(cache.get("k")).isEqualTo("old");
        assertThat(cache.stats().of(Count.WRITE_FAILURES)).isOne();
    }

    @Test
    void valuesNeverAppearInTheMessageOfARefusedWrite() {
        Cache<String, String> cache = writing();
        origin.fail(Call.WRITE, () -> new IOException("no"));

        assertThatThrownBy(() -> cache.put("k", "secret-value"))
                .satisfies(e -> assertThat(e.toString()).doesNotContain("secret-value"));
    }

    @Test
    void putAllStopsAtTheFirstRefusal() {
        Cache<String, String> cache = bare("things")
                .loader(origin)
                .writer((key, value) -> {
                    if (key.equals("b")) {
                        throw new IOException("no");
                    }
                    origin.write(key, value);
                })
                .build();
        Map<String, String> entries = new LinkedHashMap<>();
        List.of("a", "b", "c").forEach(key -> entries.put(key, "v"));

        assertThatThrownBy(() -> cache.putAll(entries)).isInstanceOf(WriteException.class);

        assertThat(cache.lookup("a").isHit()).isTrue();
        assertThat(cache.lookup("b").isMiss()).isTrue();
        assertThat(cache.lookup("c").isMiss()).isTrue();
        assertThat(origin.value("c")).isNull();
    }

    @Test
    void putIfAbsentAndReplaceWriteTheOriginOnlyWhereTheyPut() {
        Cache<String, String> cache = bare("things").writer(origin).build();

        assertThat(cache.replace("k", "v0")).isFalse();
        assertThat(cache.putIfAbsent("k", "v1")).isTrue();
        assertThat(cache.putIfAbsent("k", "v2")).isFalse();
        assertThat(cache.replace("k", "other", "v3")).isFalse();
        assertThat(cache.replace("k", "v1", "v4")).isTrue();
        assertThat(cache.replace("k", "v5")).isTrue();

        assertThat(origin.calls(Call.WRITE)).isEqualTo(3);
        assertThat(origin.value("k")).isEqualTo("v5");
        assertThat(cache.get("k")).isEqualTo("v5");
    }

    @Test
    void refusedPutIfAbsentLeavesNoValue() {
        Cache<String, String> cache = bare("things").writer(origin).build();
        origin.fail(Call.WRITE, 1, () -> new IOException("no"));

        assertThatThrownBy(() -> cache.putIfAbsent("k", "v")).isInstanceOf(WriteException.class);

        assertThat(cache.lookup("k").isMiss()).isTrue();
    }

    @Test
    void ofManyPutIfAbsentsOneSucceeds() {
        Cache<String, String> cache = bare("things").build();

        for (int round = 0; round < 200; round++) {
            String key = "k" + round;
            List<Boolean> put = Threads.race(4, number -> cache.putIfAbsent(key, "v" + number));

            assertThat(put).filteredOn(each -> each).hasSize(1);
            assertThat(cache.get(key)).isEqualTo("v" + put.indexOf(true));
        }
    }

    @Test
    void removeDoesNotTouchTheOrigin() {
        Cache<String, String> cache = writing();
        cache.put("k", "v");

        cache.remove("k");

        assertThat(origin.value("k")).isEqualTo("v");
        assertThat(cache.get("k")).isEqualTo("v");
        assertThat(origin.loads("k")).isOne();
    }

    @Test
    void whicheverWayTwoWritersInterleaveTheLastCommitStaysOrNothing() {
        for (boolean firstReturnsFirst : new boolean[] {true, false}) {
            Cache<String, String> cache =
                    builder("cache" + firstReturnsFirst).writer(origin).build();
            Gate first = origin.hold(Call.WRITE, Point.AFTER);
            Future<String> one = start(() -> {
                cache.put("k", "v1");
                return "done";
            });
            first.awaitArrivals(1);
            Gate second = origin.hold(Call.WRITE, Point.AFTER);
            Future<String> two = start(() -> {
                cache.put("k", "v2");
                return "done";
            });
            second.awaitArrivals(1);

            (firstReturnsFirst ? first : second).open();
            result(firstReturnsFirst ? one : two);
            (firstReturnsFirst ? second : first).open();
            result(firstReturnsFirst ? two : one);

            assertThat(cache.lookup("k").value()).isIn("v2", null);
            assertThat(cache.get("k")).isEqualTo("v2");
            origin.letThrough(Call.WRITE, Point.AFTER);
        }
    }

    @Test
    void writerOvertakenAtTheBeginningThatCommitsLastLeavesNothingOlder() {
        Cache<String, String> cache = writing();
        Gate first = origin.hold(Call.WRITE, Point.BEFORE);
        Future<String> one = start(() -> {
            cache.put("k", "committed last");
            return "done";
        });
        first.awaitArrivals(1);
        origin.letThrough(Call.WRITE, Point.BEFORE);
        Gate second = origin.hold(Call.WRITE, Point.AFTER);
        Future<String> two = start(() -> {
            cache.put("k", "committed first");
            return "done";
        });
        second.awaitArrivals(1);
        origin.letThrough(Call.WRITE, Point.AFTER);

        first.open();
        result(one);
        second.open();
        result(two);

        assertThat(cache.get("k")).isEqualTo("committed last");
    }

    @Test
    void racingWritersLeaveTheLastCommitOrNothing() {
        Seed seed = Seed.of("racingWritersLeaveTheLastCommitOrNothing");
        AtomicLong row = new AtomicLong();
        Cache<String, Long> cache = larder().cache("rows", String.class, Long.class)
                .writer((key, value) -> {
                    Threads.letOthersRun();
                    row.set(value);
                    Threads.letOthersRun();
                })
                .loader(key -> row.get())
                .build();

        for (int round = 0; round < 500; round++) {
            long base = round * 10L;
            int current = round;
            Threads.run(4, number -> {
                RandomGenerator random = seed.generator(current * 4 + number);
                if (number == 3) {
                    cache.get("k");
                    if (random.nextInt(4) == 0) {
                        cache.remove("k");
                    }
                } else {
                    cache.put("k", base + number);
                }
            });

            assertThat(cache.get("k")).as("%s, round %d", seed, round).isEqualTo(row.get());
        }
    }

    @Test
    void putInsideATransactionIsWrittenAtOnceAndSeenAfterTheCommit() {
        Cache<String, String> cache =
                builder().writer(origin).transactions(transactions).build();
        origin.set("k", "old");
        cache.get("k");

        transactions.begin();
        cache.put("k", "new");
        assertThat(origin.value("k")).isEqualTo("new");
        assertThat(result(start(() -> cache.get("k")))).isEqualTo("old");
        transactions.commit();

        assertThat(cache.lookup("k").isMiss()).isTrue();
        assertThat(cache.get("k")).isEqualTo("new");
    }

    @Test
    void removeInsideATransactionIsCarriedOutAfterTheCommit() {
        Cache<String, String> cache = builder().transactions(transactions).build();
        cache.put("a", "v");
        cache.put("b", "v");

        transactions.begin();
        cache.remove("a");
        cache.removeAll(List.of("b"));
        assertThat(cache.lookup("a").isHit()).isTrue();
        transactions.commit();

        assertThat(cache.lookup("a").isMiss()).isTrue();
        assertThat(cache.lookup("b").isMiss()).isTrue();
    }

    @Test
    void rollbackLeavesTheCacheAsItWas() {
        Cache<String, String> cache =
                builder().writer(origin).transactions(transactions).build();
        origin.set("k", "old");
        cache.get("k");

        transactions.begin();
        cache.put("k", "new");
        cache.remove("k");
        transactions.rollBack();

        assertThat(cache.get("k")).isEqualTo("old");
        assertThat(cache.lookup("k").isHit()).isTrue();
    }

    @Test
    void changesOutsideATransactionAreMadeAtOnce() {
        Cache<String, String> cache =
                builder().writer(origin).transactions(transactions).build();

        cache.put("k", "v");

        assertThat(cache.lookup("k").value()).isEqualTo("v");
    }

    @Test
    void loadThatReadBeforeTheCommitIsVoidAfterIt() {
        Cache<String, String> cache = builder().transactions(transactions).build();
        origin.set("k", "old");
        Gate gate = origin.hold(Call.LOAD, Point.AFTER);
        Future<String> reader = start(() -> cache.get("k"));
        gate.awaitArrivals(1);
        origin.letThrough(Call.LOAD, Point.AFTER);

        transactions.begin();
        origin.set("k", "new");
        cache.remove("k");
        transactions.commit();
        gate.open();

        result(reader);
        assertThat(cache.get("k")).isEqualTo("new");
    }

    @Test
    void putCountsAndPutAllPutsAll() {
        Cache<String, String> cache = writing();

        cache.putAll(Map.of("a", "1", "b", "2"));
        cache.put("c", "3");

        assertThat(cache.getAll(List.of("a", "b", "c"))).hasSize(3);
        assertThat(cache.stats().of(Count.PUTS)).isEqualTo(3);
        assertThat(origin.calls(Call.WRITE)).isEqualTo(3);
    }

    @Test
    void putBeginsANewLife() {
        Cache<String, String> cache =
                builder().writer(origin).timeToLive(SECOND).build();
        cache.put("k", "v1");
        ticker.advance(Duration.ofMillis(999));
        cache.put("k", "v2");
        ticker.advance(Duration.ofMillis(999));

        assertThat(cache.lookup("k").isHit()).isTrue();
    }
}
