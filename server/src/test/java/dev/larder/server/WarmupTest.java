package dev.larder.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.protocol.resp.Reply;
import dev.larder.server.warm.Bound;
import dev.larder.server.warm.Peer;
import dev.larder.server.warm.Progress;
import dev.larder.server.warm.Summary;
import dev.larder.server.warm.Warmup;
import dev.larder.server.warm.Wish;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A server is filled from another one that is in use: real Redis 7.0 and this server, each as source and as destination. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WarmupTest {
    private static final Wish ALL = new Wish(0, "", Bound.NONE, Bound.NONE);
    private static final Progress SILENT = (step, done, total) -> {};

    private RealRedis redis;
    private RealRedis otherRedis;
    private LarderServer server;
    private LarderServer otherServer;
    private Wire from;
    private Wire to;
    private int fromPort;
    private int toPort;

    @BeforeAll
    void start() throws IOException {
        redis = new RealRedis();
        otherRedis = new RealRedis();
        server = LarderServer.start(ServerOptions.standard().with("port", "0"));
        otherServer = LarderServer.start(ServerOptions.standard().with("port", "0"));
    }

    @BeforeEach
    void redisIsTheSource() throws IOException {
        choose("redis", "larder");
    }

    @AfterEach
    void disconnect() throws IOException {
        from.close();
        to.close();
    }

    @AfterAll
    void stop() {
        redis.close();
        otherRedis.close();
        server.close();
        otherServer.close();
    }

    /** Who is filled from whom; both are empty. */
    private void choose(String source, String target) throws IOException {
        if (from != null) {
            disconnect();
        }
        fromPort = source.equals("redis") ? redis.port() : server.port();
        toPort = target.equals("redis") ? otherRedis.port() : otherServer.port();
        from = new Wire(fromPort);
        to = new Wire(toPort);
        from.ask("FLUSHALL");
        to.ask("FLUSHALL");
    }

    private static Peer peer(int port) {
        return Peer.at("127.0.0.1:" + port);
    }

    private Summary warm(Wish wish, Progress progress) {
        return new Warmup(peer(fromPort), peer(toPort), wish, progress).run();
    }

    private static void fill(Wire wire, int keys, int bytes) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i < keys; i++) {
            all.writeBytes(Wire.request("SET", "k" + i, "v".repeat(bytes) + i));
        }
        wire.send(all.toByteArray());
        wire.replies(keys);
    }

    @ParameterizedTest
    @CsvSource({"redis,larder", "larder,redis", "larder,larder", "redis,redis"})
    void everyKindIsCopiedWithItsTimeToLive(String source, String target) throws IOException {
        choose(source, target);
        fill(from, 700, 10);
        from.ask("SET", "life", "short", "PX", "100000");
        from.ask("HSET", "h", "f", "1", "g", "2");
        from.ask("RPUSH", "l", "a", "b");
        from.ask("SADD", "s", "a");
        from.ask("ZADD", "z", "1.5", "a");
        from.ask("SET", "\0\r\n\u00ff", "any bytes");

        Summary summary = warm(ALL, SILENT);

        assertThat(summary.ending()).as(summary.why()).isEqualTo(Summary.Ending.DONE);
        assertThat(summary.counts().copied()).isEqualTo(706);
        assertThat(to.ask("DBSIZE")).isEqualTo(":706");
        String left = from.ask("PTTL", "life").substring(1);
        assertThat(Long.parseLong(to.ask("PTTL", "life").substring(1))).isBetween(1L, Long.parseLong(left));
        for (String[] asked : List.of(
                new String[] {"HGETALL", "h"},
                new String[] {"LRANGE", "l", "0", "-1"},
                new String[] {"SMEMBERS", "s"},
                new String[] {"ZRANGE", "z", "0", "-1", "WITHSCORES"},
                new String[] {"GET", "\0\r\n\u00ff"},
                new String[] {"TTL", "k0"},
                new String[] {"GET", "k699"})) {
            assertThat(to.ask(asked)).isEqualTo(from.ask(asked));
        }
    }

    @Test
    void whatIsThereStaysAndASecondRunGoesOn() throws IOException {
        fill(from, 50, 10);
        to.ask("SET", "k7", "newer");

        Summary.Counts first = warm(ALL, SILENT).counts();
        Summary.Counts second = warm(ALL, SILENT).counts();

        assertThat(first.copied()).isEqualTo(49);
        assertThat(first.there()).isEqualTo(1);
        assertThat(first.bytes()).isBetween(49 * 20L, 49 * 40L);
        assertThat(second).isEqualTo(new Summary.Counts(0, 0, 50, 0));
        assertThat(to.ask("GET", "k7")).isEqualTo("$newer");
    }

    @ParameterizedTest
    @ValueSource(strings = {"allkeys-lru", "allkeys-lfu"})
    void hottestOfRedisGoFirst(String policy) throws IOException {
        from.ask("CONFIG", "SET", "maxmemory-policy", policy);
        fill(from, 1, 10);
        String dump = from.ask("DUMP", "k0").substring(1);
        String word = policy.endsWith("lfu") ? "FREQ" : "IDLETIME";
        for (int i = 0; i < 100; i++) {
            int heat = i * 37 % 100; // 0 is the hottest
            String use = Integer.toString(policy.endsWith("lfu") ? 200 - heat : heat * 1_000);
            assertThat(from.ask("RESTORE", "key" + heat, "0", dump, word, use)).isEqualTo("+OK");
        }
        from.ask("DEL", "k0");

        Summary summary = warm(new Wish(0, "", Bound.parse("20"), Bound.NONE), SILENT);

        assertThat(summary.counts().copied()).isEqualTo(20);
        for (int i = 0; i < 20; i++) {
            assertThat(to.ask("EXISTS", "key" + i)).as("key%d", i).isEqualTo(":1");
        }
        from.ask("CONFIG", "SET", "maxmemory-policy", "noeviction");
    }

    @Test
    void useIsHandedOnToRedis() throws IOException {
        choose("redis", "redis");
        fill(from, 1, 10);
        from.ask("RESTORE", "k", "0", from.ask("DUMP", "k0").substring(1), "IDLETIME", "5000");

        warm(ALL, SILENT);

        assertThat(Long.parseLong(to.ask("OBJECT", "IDLETIME", "k").substring(1)))
                .isBetween(5_000L, 6_000L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"adaptive", "allkeys-lru"})
    void hottestOfAServerGoFirst(String policy) throws IOException {
        choose("larder", "redis");
        from.ask("CONFIG", "SET", "maxmemory-policy", policy);
        fill(from, 5_000, 10);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < 5_000; i += 50) {
                from.ask("GET", "k" + i);
            }
        }

        Summary summary = warm(new Wish(0, "", Bound.parse("600"), Bound.NONE), SILENT);

        assertThat(summary.counts().copied()).isEqualTo(600);
        int hot = 0;
        for (int i = 0; i < 5_000; i += 50) {
            hot += to.ask("EXISTS", "k" + i).equals(":1") ? 1 : 0;
        }
        assertThat(hot).isGreaterThanOrEqualTo(95);
        from.ask("CONFIG", "SET", "maxmemory-policy", "adaptive");
    }

    @Test
    void hotKeysAreNamedWhereThePolicyKnowsThem() throws IOException {
        choose("larder", "redis");
        fill(from, 20, 10);
        String cursor = "0";
        int named = 0;
        do {
            List<Reply> step = from.elements("LARDER.HOT", cursor, "MATCH", "k1*");
            named += ((Reply.Several) step.get(1)).elements().size();
            cursor = Wire.shown(step.get(0)).substring(1);
        } while (!cursor.equals("0"));
        assertThat(named).isEqualTo(11);

        from.ask("CONFIG", "SET", "maxmemory-policy", "volatile-ttl");
        assertThat(from.ask("LARDER.HOT", "0")).startsWith("-ERR LARDER.HOT needs a maxmemory");
        from.ask("CONFIG", "SET", "maxmemory-policy", "adaptive");
        assertThat(from.ask("LARDER.HOT", "x")).isEqualTo("-ERR invalid cursor");
        assertThat(from.ask("LARDER.HOT", "99999")).isEqualTo("ARRAY[$0, ARRAY[]]");
        assertThat(from.ask("LARDER.HOT", "0", "TYPE", "hash")).isEqualTo("-ERR syntax error");
    }

    @Test
    void readingASourceDoesNotMakeItsKeysHot() throws IOException {
        choose("larder", "redis");
        from.ask("CONFIG", "SET", "maxmemory-policy", "allkeys-lfu");
        fill(from, 10, 10);

        for (int i = 0; i < 5; i++) {
            to.ask("FLUSHALL");
            warm(ALL, SILENT);
        }

        for (int i = 0; i < 10; i++) {
            assertThat(from.ask("OBJECT", "FREQ", "k" + i)).isIn(":5", ":4");
        }
        from.ask("CONFIG", "SET", "maxmemory-policy", "adaptive");
    }

    @Test
    void fullServerIsNotFilledFurtherAndEvictsNothing() throws IOException {
        fill(from, 4_000, 4_000);
        try (LarderServer small =
                LarderServer.start(ServerOptions.standard().with("port", "0").with("maxmemory", "10mb"))) {
            toPort = small.port();

            Summary summary = warm(ALL, SILENT);

            assertThat(summary.ending()).isEqualTo(Summary.Ending.FULL);
            assertThat(summary.why()).contains("is full").contains("more would push out what is hot there");
            assertThat(summary.counts().copied()).isBetween(500L, 3_999L);
            assertThat(small.store().evicted()).isZero();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"allkeys-lru", "noeviction"})
    void fullRedisIsNotFilledFurtherAndEvictsNothing(String policy) throws IOException {
        choose("larder", "redis");
        fill(from, 4_000, 4_000);
        to.ask("CONFIG", "SET", "maxmemory-policy", policy);
        to.ask("CONFIG", "SET", "maxmemory", "12mb");

        Summary summary = warm(ALL, SILENT);

        assertThat(summary.ending()).isEqualTo(Summary.Ending.FULL);
        assertThat(summary.counts().copied()).isBetween(500L, 3_999L);
        assertThat(to.ask("DBSIZE")).isEqualTo(":" + summary.counts().copied());
        to.ask("CONFIG", "SET", "maxmemory", "0");
        to.ask("CONFIG", "SET", "maxmemory-policy", "noeviction");
    }

    @Test
    void keysThatGoMeanwhileAreCounted() throws IOException {
        fill(from, 40, 10);
        from.ask("SET", "brief", "x", "PX", "100000");
        Progress progress = (step, done, total) -> {
            if (step.equals("Keys looked at") && done == total) {
                ask(from, "DEL", "k1", "k2", "k3");
                ask(from, "PEXPIRE", "brief", "1");
            }
        };

        Summary.Counts counts = warm(ALL, progress).counts();

        assertThat(counts.copied()).isEqualTo(37);
        assertThat(counts.gone()).isEqualTo(4);
    }

    private static void ask(Wire wire, String... words) {
        try {
            wire.ask(words);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void valueThatIsTooLargeIsLeftOut() throws IOException {
        fill(from, 3, 10);
        from.ask("SETRANGE", "huge", Integer.toString((64 << 20) - 10), "x");

        Summary summary = warm(ALL, SILENT);

        assertThat(summary.ending()).isEqualTo(Summary.Ending.DONE);
        assertThat(summary.counts().copied()).isEqualTo(3);
        assertThat(summary.refused()).containsEntry("more than 64 MiB", 1L).hasSize(1);
        from.ask("DEL", "huge");
    }

    @Test
    void whatHasTagsOrAStaleTimeStaysWhereItIs() throws IOException {
        choose("larder", "larder");
        fill(from, 3, 10);
        from.ask("LARDER.SET", "tagged", "x", "TAG", "t");
        from.ask("LARDER.SET", "stale", "x", "EX", "100", "STALE", "100");

        Summary summary = warm(ALL, SILENT);

        assertThat(summary.counts().copied()).isEqualTo(3);
        assertThat(summary.refused()).isEqualTo(Map.of("with tags, a stale time or a lease", 2L));
        assertThat(from.ask("LARDER.DUMP", "none")).isEqualTo("nil");
        assertThat(from.ask("LARDER.DUMP", "k1")).isEqualTo(from.ask("DUMP", "k1"));
        assertThat(from.ask("LARDER.DUMP", "tagged")).startsWith("-ERR the value has tags");
    }

    @Test
    @SuppressWarnings("try") // it dies before its time
    void sourceThatDiesEndsItAndWhatWasCopiedStays() throws IOException {
        try (RealRedis mortal = new RealRedis();
                Wire wire = new Wire(mortal.port())) {
            fill(wire, 1_000, 10);
            fromPort = mortal.port();

            Summary summary = warm(ALL, (step, done, total) -> {
                if (step.equals("Keys copied")) {
                    mortal.close();
                }
            });

            assertThat(summary.ending()).isEqualTo(Summary.Ending.BROKEN);
            assertThat(summary.why()).startsWith("127.0.0.1:" + mortal.port());
            assertThat(summary.counts().copied()).isBetween(1L, 999L);
            assertThat(to.ask("DBSIZE")).isEqualTo(":" + summary.counts().copied());
        }
    }

    @Test
    void whoStopsItIsObeyed() throws IOException {
        fill(from, 1_000, 10);
        Warmup[] running = new Warmup[1];
        Warmup warmup = new Warmup(peer(fromPort), peer(toPort), ALL, (step, done, total) -> {
            if (step.equals("Keys copied")) {
                running[0].stop();
            }
        });
        running[0] = warmup;

        Summary summary = warmup.run();

        assertThat(summary.ending()).isEqualTo(Summary.Ending.STOPPED);
        assertThat(summary.counts().copied()).isBetween(1L, 999L);
    }

    @Test
    void limitsAndPatternsHold() throws IOException {
        from.ask("SELECT", "3");
        fill(from, 600, 1_000);
        from.ask("SET", "other", "x");

        Summary matched = warm(new Wish(3, "k1?", Bound.NONE, Bound.NONE), SILENT);
        Summary bytes = warm(new Wish(3, "", Bound.parse("5kb"), Bound.NONE), SILENT);

        to.ask("SELECT", "3");
        assertThat(matched.counts().copied()).isEqualTo(10);
        assertThat(bytes.ending()).isEqualTo(Summary.Ending.DONE);
        assertThat(bytes.counts().there()).isLessThanOrEqualTo(10);
        assertThat(to.ask("DBSIZE"))
                .isEqualTo(":" + (10 + bytes.counts().copied()))
                .isNotEqualTo(":601");
    }

    @Test
    void whoIsNotLetInIsToldSoWithoutThePassword() throws IOException {
        from.ask("CONFIG", "SET", "requirepass", "sesame");
        from.ask("AUTH", "sesame");
        fill(from, 5, 10);
        Peer known = peer(fromPort).as(new Peer.Login("", "sesame"));
        Peer wrong = peer(fromPort).as(new Peer.Login("nobody", "guess"));

        Summary none = warm(ALL, SILENT);
        Summary refused = new Warmup(wrong, peer(toPort), ALL, SILENT).run();
        Summary let = new Warmup(known, peer(toPort), ALL, SILENT).run();

        from.ask("CONFIG", "SET", "requirepass", "");
        assertThat(none.why()).contains("does not let the program in: NOAUTH");
        assertThat(refused.ending()).isEqualTo(Summary.Ending.BROKEN);
        assertThat(refused.why())
                .contains("does not let the program in: WRONGPASS")
                .doesNotContain("guess");
        assertThat(let.counts().copied()).isEqualTo(5);
    }

    @Test
    void nobodyThereAndNoRedisThereAreTold() throws IOException {
        try (LarderServer memcached =
                LarderServer.start(ServerOptions.standard().with("port", "0").with("memcached-port", "-1"))) {
            Peer noRedis = peer(memcached.memcachedPort());
            assertThat(new Warmup(noRedis, peer(toPort), ALL, SILENT).run().why())
                    .contains("answers what is no reply of Redis");
        }
        assertThat(new Warmup(peer(1), peer(toPort), ALL, SILENT).run().why())
                .startsWith("127.0.0.1:1 cannot be reached");
    }

    @Test
    void serverFillsItselfWhileItServes() throws IOException {
        fill(from, 400, 10);
        from.ask("HSET", "h", "f", "1");
        from.ask("SET", "life", "x", "PX", "100000");
        from.ask("SELECT", "5");
        from.ask("SET", "elsewhere", "x");
        try (LarderServer filled = LarderServer.start(ServerOptions.standard()
                        .with("port", "0")
                        .with("maxmemory", "32mb")
                        .with("warm-from", "127.0.0.1:" + fromPort));
                Wire wire = new Wire(filled.port())) {
            wire.ask("SELECT", "5");
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> wire.ask("DBSIZE").equals(":1"));
            wire.ask("SELECT", "0");

            assertThat(wire.ask("DBSIZE")).isEqualTo(":402");
            assertThat(wire.ask("GET", "k7")).isEqualTo(from0("GET", "k7"));
            assertThat(wire.ask("HGETALL", "h")).isEqualTo("ARRAY[$f, $1]");
            assertThat(Long.parseLong(wire.ask("PTTL", "life").substring(1))).isBetween(1L, 100_000L);
        }
    }

    private String from0(String... words) throws IOException {
        from.ask("SELECT", "0");
        return from.ask(words);
    }

    @Test
    void serverWhosePeerIsAwayServes() throws IOException {
        try (LarderServer alone = LarderServer.start(
                        ServerOptions.standard().with("port", "0").with("warm-from", "127.0.0.1:1"));
                Wire wire = new Wire(alone.port())) {
            assertThat(wire.ask("SET", "a", "b")).isEqualTo("+OK");
        }
    }

    @Test
    void streamsArriveButForThoseWithGroupsWhichAreCountedAsSuch() throws IOException {
        from.ask("XADD", "events", "*", "f", "v");
        from.ask("XADD", "work", "*", "f", "v");
        from.ask("XGROUP", "CREATE", "work", "workers", "0");
        fill(from, 2, 10);

        Summary summary = warm(ALL, SILENT);

        assertThat(summary.counts().copied()).isEqualTo(3);
        assertThat(summary.refused()).isEqualTo(Map.of("a stream with consumer groups", 1L));
        assertThat(to.ask("XLEN", "events")).isEqualTo(":1");
    }
}
