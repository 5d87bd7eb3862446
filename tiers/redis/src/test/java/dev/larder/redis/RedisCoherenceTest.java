package dev.larder.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.Cache;
import dev.larder.CacheBuilder;
import dev.larder.CausalToken;
import dev.larder.Larder;
import dev.larder.stats.Count;
import dev.larder.testkit.FakeOrigin;
import dev.larder.testkit.FakeOrigin.Call;
import dev.larder.testkit.FakeOrigin.Point;
import dev.larder.testkit.FaultProxy;
import dev.larder.testkit.Gate;
import dev.larder.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whole processes, each a near tier over one real Redis, in the races that make other caches lie. */
class RedisCoherenceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration SILENCE = Duration.ofSeconds(1);
    private static final Pattern MGET_CALLS = Pattern.compile("cmdstat_mget:calls=(\\d+)");
    private static RedisServer server;

    private final FakeOrigin<String, String> origin = new FakeOrigin<>();
    private final String namespace = "coherence-" + UUID.randomUUID();
    private final List<Larder> larders = new ArrayList<>();

    @BeforeAll
    static void startServer() {
        server = RedisServer.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @AfterEach
    void close() {
        larders.forEach(Larder::close);
    }

    private Cache<String, String> process(int port) {
        return process(port, Ticker.system());
    }

    private Cache<String, String> process(int port, Ticker ticker) {
        return settings(port, ticker).build();
    }

    private CacheBuilder<String, String> settings(int port, Ticker ticker) {
        Larder larder = Larder.builder()
                .tiers("memory:16MiB", "redis://127.0.0.1:" + port)
                .namespace(namespace)
                .maxSilence(SILENCE)
                .tierTimeout(Duration.ofSeconds(5))
                .ticker(ticker)
                .open();
        larders.add(larder);
        return larder.cache("things", String.class, String.class)
                .timeToLive(Duration.ofHours(1))
                .loader(origin)
                .writer(origin);
    }

    private static CompletableFuture<@Nullable String> getting(Cache<String, String> cache) {
        CompletableFuture<@Nullable String> result = new CompletableFuture<>();
        Thread thread = new Thread(
                () -> {
                    try {
                        result.complete(cache.get("k"));
                    } catch (RuntimeException e) {
                        result.completeExceptionally(e);
                    }
                },
                "getting");
        thread.setDaemon(true);
        thread.start();
        return result;
    }

    /** Reads until a read is answered by the near tier: then the bus has given its proof. */
    private static void awaitNearHit(Cache<String, String> cache, String value) {
        await().atMost(PATIENCE).until(() -> {
            long before = cache.stats().of(Count.NEAR_HITS);
            assertThat(cache.get("k")).isEqualTo(value);
            return cache.stats().of(Count.NEAR_HITS) > before;
        });
    }

    @Test
    void scenario1LoadThatReadBeforeAnInvalidationIsGivenButNotKept() {
        Cache<String, String> cache = process(server.port());
        origin.set("k", "v1");
        Gate gate = origin.hold(Call.LOAD, Point.AFTER);
        CompletableFuture<@Nullable String> first = getting(cache);
        gate.awaitArrivals(1);
        origin.letThrough(Call.LOAD, Point.AFTER);

        origin.set("k", "v2");
        cache.remove("k");
        gate.open();

        assertThat(first).succeedsWithin(PATIENCE).isEqualTo("v1");
        assertThat(cache.get("k")).isEqualTo("v2");
        assertThat(process(server.port()).get("k")).isEqualTo("v2");
    }

    @Test
    void scenario2LoadOfAnotherProcessWhoseLeaseWasLostStoresNothing() {
        Cache<String, String> slow = process(server.port());
        Cache<String, String> writer = process(server.port());
        origin.set("k", "v1");
        Gate gate = origin.hold(Call.LOAD, Point.AFTER);
        CompletableFuture<@Nullable String> first = getting(slow);
        gate.awaitArrivals(1);
        origin.letThrough(Call.LOAD, Point.AFTER);

        origin.set("k", "v2");
        writer.remove("k");
        server.cli("EVAL", "for _,k in ipairs(redis.call('KEYS','*:l:*')) do redis.call('DEL',k) end", "0");
        gate.open();

        assertThat(first).succeedsWithin(PATIENCE).isEqualTo("v1");
        assertThat(writer.get("k")).isEqualTo("v2");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(slow.get("k")).isEqualTo("v2"));
    }

    @Test
    void scenario3ReplyThatCrossesTheInvalidationIsNotKeptNear() {
        try (FaultProxy proxy = server.proxy()) {
            Cache<String, String> writer = process(server.port());
            Cache<String, String> reader = process(proxy.port());
            origin.set("k", "v1");
            assertThat(writer.get("k")).isEqualTo("v1");
            assertThat(reader.get("other")).isNull();
            FaultProxy.Line commands = proxy.commandLine();

            commands.holdReplies();
            long reads = reads();
            CompletableFuture<@Nullable String> crossed = getting(reader);
            await().atMost(PATIENCE).until(() -> reads() > reads);
            writer.put("k", "v2");
            await().atMost(PATIENCE).until(() -> reader.stats().of(Count.BUS_REMOVALS) > 0);
            commands.release();

            assertThat(crossed).succeedsWithin(PATIENCE);
            assertThat(reader.get("k")).isEqualTo("v2");
        }
    }

    /** How many reads Redis has answered. */
    private static long reads() {
        Matcher calls = MGET_CALLS.matcher(server.cli("INFO", "commandstats"));
        return calls.find() ? Long.parseLong(calls.group(1)) : 0;
    }

    @Test
    void changeInOneProcessIsSeenInTheOther() {
        Cache<String, String> one = process(server.port());
        Cache<String, String> two = process(server.port());
        origin.set("k", "v1");
        awaitNearHit(two, "v1");

        one.put("k", "v2");

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(two.get("k")).isEqualTo("v2"));
        awaitNearHit(two, "v2");
    }

    @Test
    void scenario6NearHitsEndWithinTheSilenceAllowedAfterTheBusDies() {
        try (FaultProxy proxy = server.proxy()) {
            Cache<String, String> writer = process(server.port());
            Cache<String, String> reader = process(proxy.port());
            origin.set("k", "v1");
            awaitNearHit(reader, "v1");

            proxy.busLine().swallow();
            long dead = Ticker.system().nanos();
            writer.put("k", "v2");

            await().atMost(PATIENCE).until(() -> "v2".equals(reader.get("k")));
            assertThat(Duration.ofNanos(Ticker.system().nanos() - dead)).isLessThan(SILENCE.multipliedBy(2));
            awaitNearHit(reader, "v2");
        }
    }

    @Test
    void availableCacheServesOnWhileTheBusIsBlackHoled() {
        try (FaultProxy proxy = server.proxy()) {
            Cache<String, String> writer = process(server.port());
            Cache<String, String> reader =
                    settings(proxy.port(), Ticker.system()).serveUnproven().build();
            origin.set("k", "v1");
            awaitNearHit(reader, "v1");

            proxy.blackOut();
            writer.put("k", "v2");

            await().atMost(PATIENCE).until(() -> {
                assertThat(reader.get("k")).isEqualTo("v1");
                return reader.stats().of(Count.UNPROVEN_HITS) > 0;
            });

            proxy.heal();
            await().atMost(PATIENCE).until(() -> "v2".equals(reader.get("k")));
        }
    }

    @Test
    void usersNextRequestOnAnotherProcessReadsHisOwnWrite() {
        try (FaultProxy proxy = server.proxy()) {
            Cache<String, String> writer = process(server.port());
            Cache<String, String> reader = process(proxy.port());
            origin.set("k", "v1");
            awaitNearHit(reader, "v1");

            proxy.busLine().holdReplies();
            writer.put("k", "v2");
            String cookie = larders.get(0).causalToken().toString();
            Cache<String, String> own = reader.after(CausalToken.parse(cookie));

            assertThat(own.get("k")).isEqualTo("v2");
            proxy.busLine().release();
            awaitNearHit(own, "v2");
            assertThat(cookie.length()).isLessThan(100);
        }
    }

    @Test
    void nearTierWithoutDelayReadsOwnWritesOfManyRounds() {
        Cache<String, String> writer = process(server.port());
        Cache<String, String> reader = process(server.port());

        for (int i = 0; i < 200; i++) {
            String value = "v" + i;
            reader.get("k");
            writer.put("k", value);

            assertThat(reader.after(larders.get(0).causalToken()).get("k")).isEqualTo(value);
        }
    }

    @Test
    void scenario8ProcessThatWasPausedDoesNotBelieveItsNearTier() {
        AtomicLong ahead = new AtomicLong();
        Ticker paused = () -> Ticker.system().nanos() + ahead.get();
        try (FaultProxy proxy = server.proxy()) {
            Cache<String, String> writer = process(server.port());
            Cache<String, String> reader = process(proxy.port(), paused);
            origin.set("k", "v1");
            awaitNearHit(reader, "v1");

            proxy.busLine().holdReplies();
            writer.put("k", "v2");
            ahead.set(Duration.ofSeconds(30).toNanos());

            assertThat(reader.get("k")).isEqualTo("v2");
        }
    }

    @Test
    void scenario17TickersThatDifferByAnHourChangeNothing() {
        Ticker ahead = () -> Ticker.system().nanos() + Duration.ofHours(1).toNanos();
        Cache<String, String> one = process(server.port());
        Cache<String, String> two = process(server.port(), ahead);
        origin.set("k", "v1");
        assertThat(one.get("k")).isEqualTo("v1");

        assertThat(two.lookup("k").isHit()).isTrue();
        assertThat(two.lookup("k").age()).isLessThan(Duration.ofMinutes(1));
        assertThat(origin.loads()).isEqualTo(1);

        two.put("k", "v2");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(one.get("k")).isEqualTo("v2"));
        assertThat(one.lookup("k").isHit()).isTrue();
    }
}
