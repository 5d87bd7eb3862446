package dev.larder.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.Cache;
import dev.larder.Larder;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A user's Larder over memory and Memcached, found by its URI. */
class WholeTest {
    private static final List<MemcachedServer> SERVERS = List.of(MemcachedServer.start(), MemcachedServer.start());

    @AfterAll
    static void stopServers() {
        SERVERS.forEach(MemcachedServer::close);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void twoProcessesShareLoadsAndInvalidations(int servers) {
        String uri = "memcached://"
                + SERVERS.stream()
                        .limit(servers)
                        .map(server -> "127.0.0.1:" + server.port())
                        .collect(Collectors.joining(","));
        AtomicInteger loads = new AtomicInteger();
        try (Larder one = Larder.open("memory:1MiB", uri);
                Larder two = Larder.open("memory:1MiB", uri)) {
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

    private static Cache<String, Integer> numbers(Larder larder, AtomicInteger loads) {
        return larder.cache("numbers", String.class, Integer.class)
                .loader(key -> loads.incrementAndGet())
                .writer((key, value) -> {})
                .build();
    }
}
