package dev.larder.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.Cache;
import dev.larder.CausalToken;
import dev.larder.Larder;
import dev.larder.stats.Count;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Whole Larders whose near tiers Redis tells of changes. */
class RedisTrackingNearTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final AtomicLong origin = new AtomicLong();
    private RedisServer server;
    private Larder one;
    private Larder two;

    @BeforeEach
    void open() {
        server = RedisServer.start();
        one = larder("?near=tracking");
        two = larder("?near=tracking");
    }

    @AfterEach
    void close() {
        one.close();
        two.close();
        server.close();
    }

    private Larder larder(String options) {
        return Larder.builder()
                .tiers("memory:1MiB", server.uri() + options)
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

    @Test
    void valueThatSomebodyDeletesInRedisIsLoadedAgainByAll() {
        Cache<String, Long> here = cache(one);
        Cache<String, Long> there = cache(two);
        awaitNearHit(here, "k");
        awaitNearHit(there, "k");
        origin.set(1);

        server.cli("EVAL", "return redis.call('DEL',unpack(redis.call('KEYS',ARGV[1])))", "0", "*:[vl]:k");

        await().atMost(PATIENCE)
                .until(() ->
                        Long.valueOf(1).equals(here.get("k")) && Long.valueOf(1).equals(there.get("k")));
    }

    @Test
    void whoStoresKeepsHisNearEntries() {
        Cache<String, Long> here = cache(one);
        Cache<String, Long> there = cache(two);

        for (int i = 0; i < 50; i++) {
            here.get("k" + i);
        }
        await().atMost(PATIENCE).until(() -> there.stats().of(Count.BUS_REMOVALS) >= 50);
        for (int i = 0; i < 50; i++) {
            here.get("k" + i);
            there.get("k" + i);
        }

        assertThat(here.stats().of(Count.FAR_HITS)).isZero();
        assertThat(here.stats().of(Count.LOADS)).isEqualTo(50);
        assertThat(there.stats().of(Count.LOADS)).isZero();
    }

    @Test
    void writesTokensAndClearsGoOnAsByTheStream() {
        Cache<String, Long> here = cache(one);
        Cache<String, Long> there = cache(two);
        awaitNearHit(there, "k");

        here.put("k", 7L);
        CausalToken token = one.causalToken();
        assertThat(there.after(token).get("k")).isEqualTo(7);
        await().atMost(PATIENCE).until(() -> Long.valueOf(7).equals(there.get("k")));
        awaitNearHit(there, "k");
        origin.set(8);
        here.clear();

        await().atMost(PATIENCE).until(() -> Long.valueOf(8).equals(there.get("k")));
        awaitNearHit(there, "k");
    }

    @Test
    void processesThatTrackAndOthersGoTogether() {
        try (Larder plain = larder("")) {
            Cache<String, Long> tracking = cache(one);
            Cache<String, Long> streaming = cache(plain);
            awaitNearHit(tracking, "k");
            awaitNearHit(streaming, "k");
            origin.set(1);
            tracking.remove("k");
            await().atMost(PATIENCE).until(() -> Long.valueOf(1).equals(streaming.get("k")));
            origin.set(2);
            streaming.remove("k");
            await().atMost(PATIENCE).until(() -> Long.valueOf(2).equals(tracking.get("k")));
        }
    }

    @Test
    void rebuildReachesThoseWhoTrack() {
        Cache<String, Long> here = cache(one);
        Cache<String, Long> there = cache(two);
        awaitNearHit(there, "k");
        origin.set(5);

        here.rebuild(Stream.of(Map.entry("k", 5L)));

        await().atMost(PATIENCE).until(() -> Long.valueOf(5).equals(there.get("k")));
    }
}
