package dev.larder.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.Cache;
import dev.larder.Larder;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A user's Larder over memory and a database. */
class WholeTest {
    static Stream<TestDatabase> databases() {
        return Stream.of(TestDatabase.h2("whole"), TestDatabase.postgres(), TestDatabase.mariaDb());
    }

    @ParameterizedTest
    @MethodSource("databases")
    void twoProcessesShareLoadsAndInvalidations(TestDatabase database) {
        String uri =
                database.url("larder.table=w" + UUID.randomUUID().toString().substring(0, 8));
        AtomicInteger loads = new AtomicInteger();
        try (Larder one = open(uri);
                Larder two = open(uri)) {
            one.ping(Duration.ofSeconds(5));
            Cache<String, Integer> here = numbers(one, loads);
            Cache<String, Integer> there = numbers(two, loads);

            assertThat(here.get("k")).isEqualTo(1);
            assertThat(there.get("k")).isEqualTo(1);
            here.remove("k");
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> Integer.valueOf(2).equals(there.get("k")));
            assertThat(here.get("k")).isEqualTo(2);

            there.put("k", 40);
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> Integer.valueOf(40).equals(here.get("k")));
            Map<String, Integer> rows = new HashMap<>();
            IntStream.range(0, 1_500).forEach(i -> rows.put("r" + i, i));
            here.rebuild(rows.entrySet().stream());
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> Integer.valueOf(1_499).equals(there.get("r1499")));

            here.clear();
            List<String> keys = IntStream.range(0, 700).mapToObj(i -> "b" + i).collect(Collectors.toList());
            assertThat(there.getAll(keys)).hasSize(700);
        }
    }

    @ParameterizedTest
    @MethodSource("databases")
    void tagRemovedByOneProcessIsUntrueInTheOther(TestDatabase database) {
        String uri =
                database.url("larder.table=w" + UUID.randomUUID().toString().substring(0, 8));
        AtomicInteger loads = new AtomicInteger();
        try (Larder one = open(uri);
                Larder two = open(uri)) {
            one.ping(Duration.ofSeconds(5));
            Cache<String, Integer> here = tagged(one, loads);
            Cache<String, Integer> there = tagged(two, loads);
            assertThat(here.get("red 1")).isEqualTo(1);
            assertThat(here.get("blue 1")).isEqualTo(2);
            assertThat(there.get("red 1")).isEqualTo(1);

            there.removeTag("red");

            assertThat(there.get("red 1")).isEqualTo(3);
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> Integer.valueOf(3).equals(here.get("red 1")));
            assertThat(there.get("blue 1")).isEqualTo(2);
            here.staleTag("blue");
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> Integer.valueOf(4).equals(there.get("blue 1")));
        }
    }

    /** Patient with a database that has other tests to run. */
    private static Larder open(String uri) {
        return Larder.builder()
                .tiers("memory:1MiB", uri)
                .tierTimeout(Duration.ofSeconds(5))
                .open();
    }

    private static Cache<String, Integer> tagged(Larder larder, AtomicInteger loads) {
        return larder.cache("tagged", String.class, Integer.class)
                .timeToLive(Duration.ofMinutes(10))
                .staleWhileRevalidate(Duration.ofMinutes(1))
                .tags((key, value) -> List.of(key.substring(0, key.indexOf(' '))))
                .loader(key -> loads.incrementAndGet())
                .build();
    }

    private static Cache<String, Integer> numbers(Larder larder, AtomicInteger loads) {
        return larder.cache("numbers", String.class, Integer.class)
                .loader(key -> loads.incrementAndGet())
                .writer((key, value) -> {})
                .build();
    }
}
