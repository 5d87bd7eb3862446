package dev.larder.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.Cache;
import dev.larder.CausalToken;
import dev.larder.Larder;
import dev.larder.stats.Count;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScriptOutputType;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole Larders with this server as their shared tier, by each of the ways to it. */
class WholeLardersTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final AtomicLong origin = new AtomicLong();
    private EmbeddedNode server;

    @BeforeEach
    void start() {
        server = new EmbeddedNode();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Larder larder(String way) {
        return Larder.builder()
                .tiers("memory:1MiB", way.equals("memcached") ? server.memcached() : server.redis() + way)
                .namespace("test")
                .maxSilence(Duration.ofSeconds(2))
                .open();
    }

    private Cache<String, Long> cache(Larder larder) {
        return larder.cache("things", String.class, Long.class)
                .timeToLive(Duration.ofHours(1))
                .loader(key -> origin.get())
                .writer((key, value) -> origin.set(value))
                .build();
    }

    private static void awaitNearHit(Cache<String, Long> cache, String key) {
        await().atMost(PATIENCE).until(() -> {
            long before = cache.stats().of(Count.NEAR_HITS);
            cache.get(key);
            return cache.stats().of(Count.NEAR_HITS) > before;
        });
    }

    private static void awaitValue(Cache<String, Long> cache, long value) {
        await().atMost(PATIENCE).until(() -> Long.valueOf(value).equals(cache.get("k")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "?near=tracking", "memcached"})
    void writesTokensAndClearsReachTheOtherProcess(String way) {
        try (Larder one = larder(way);
                Larder two = larder(way)) {
            Cache<String, Long> here = cache(one);
            Cache<String, Long> there = cache(two);
            awaitNearHit(there, "k");

            here.put("k", 7L);
            CausalToken token = one.causalToken();
            assertThat(there.after(token).get("k")).isEqualTo(7);
            awaitValue(there, 7);
            awaitNearHit(there, "k");
            origin.set(8);
            here.clear();

            awaitValue(there, 8);
            awaitNearHit(there, "k");
            origin.set(9);
            here.rebuild(Stream.of(Map.entry("k", 9L)));
            awaitValue(there, 9);
            assertThat(here.stats().of(Count.FAR_FAILURES)).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = "?near=tracking")
    void whatAnybodyDeletesIsLoadedAgainByThoseWhoTrack(String way) {
        RedisClient client = RedisClient.create(server.redis());
        try (Larder one = larder(way);
                Larder two = larder(way)) {
            Cache<String, Long> here = cache(one);
            Cache<String, Long> there = cache(two);
            awaitNearHit(here, "k");
            awaitNearHit(there, "k");
            origin.set(1);

            long gone = client.connect()
                    .sync()
                    .eval(
                            "return redis.call('DEL',unpack(redis.call('KEYS',ARGV[1])))",
                            ScriptOutputType.INTEGER,
                            new String[0],
                            "*:[vl]:k");

            assertThat(gone).isPositive();
            awaitValue(here, 1);
            awaitValue(there, 1);
        } finally {
            client.shutdown();
        }
    }
}
