package dev.larder.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.server.LarderServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocketFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.AbstractPipeline;
import redis.clients.jedis.AbstractTransaction;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.JedisPooled;
import redis.clients.jedis.JedisPubSub;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;
import redis.clients.jedis.ScanIteration;
import redis.clients.jedis.csc.CacheConfig;
import redis.clients.jedis.exceptions.JedisAccessControlException;
import redis.clients.jedis.exceptions.JedisDataException;
import redis.clients.jedis.params.SetParams;

/** Jedis with its pool, as users have it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JedisTest {
    private LarderServer server;
    private JedisPooled redis;

    @BeforeAll
    void start() {
        server = Servers.start();
        redis = new JedisPooled(at(server.port()), config().build());
    }

    @AfterAll
    void stop() {
        redis.close();
        server.close();
    }

    @BeforeEach
    void empty() {
        redis.flushAll();
    }

    private static HostAndPort at(int port) {
        return new HostAndPort("127.0.0.1", port);
    }

    private static DefaultJedisClientConfig.Builder config() {
        return DefaultJedisClientConfig.builder().timeoutMillis(Servers.PATIENCE_MILLIS);
    }

    @Test
    void stringsAreSetAndRead() {
        assertThat(redis.set("a", "1", SetParams.setParams().nx().ex(1_000))).isEqualTo("OK");
        assertThat(redis.set("a", "2", SetParams.setParams().nx())).isNull();
        assertThat(redis.ttl("a")).isBetween(900L, 1_000L);
        assertThat(redis.incrBy("a", 41)).isEqualTo(42);
        assertThat(redis.mset("b", "x", "c", "y")).isEqualTo("OK");
        assertThat(redis.mget("a", "b", "none", "c")).containsExactly("42", "x", null, "y");
        assertThat(redis.getDel("b")).isEqualTo("x");
        assertThat(redis.exists("b")).isFalse();
        byte[] anyBytes = {0, -1, '\r', '\n', 7};
        redis.set("bytes".getBytes(StandardCharsets.UTF_8), anyBytes);
        assertThat(redis.get("bytes".getBytes(StandardCharsets.UTF_8))).isEqualTo(anyBytes);
        assertThatThrownBy(() -> redis.incr("c"))
                .isInstanceOf(JedisDataException.class)
                .hasMessage("ERR value is not an integer or out of range");
    }

    @Test
    void collectionsAreFilledAndRead() {
        assertThat(redis.hset("hash", Map.of("x", "1", "y", "2"))).isEqualTo(2);
        assertThat(redis.hgetAll("hash")).isEqualTo(Map.of("x", "1", "y", "2"));
        assertThat(redis.hexpire("hash", 1_000, "x", "none")).containsExactly(1L, -2L);
        assertThat(redis.rpush("list", "a", "b", "c")).isEqualTo(3);
        assertThat(redis.lrange("list", 0, -1)).containsExactly("a", "b", "c");
        assertThat(redis.lpop("list", 2)).containsExactly("a", "b");
        redis.sadd("one", "a", "b", "c");
        redis.sadd("two", "b", "c", "d");
        assertThat(redis.sinter("one", "two")).containsExactlyInAnyOrder("b", "c");
        redis.zadd("sold", Map.of("milk", 40.0, "tea", 12.5, "oats", 99.0));
        assertThat(redis.zrevrange("sold", 0, 1)).containsExactly("oats", "milk");
        assertThat(redis.zrangeWithScores("sold", 0, 0).get(0).getScore()).isEqualTo(12.5);
        assertThat(redis.zincrby("sold", 100, "tea")).isEqualTo(112.5);
        assertThat(redis.pfadd("seen", "a", "b", "a")).isEqualTo(1);
        assertThat(redis.pfcount("seen")).isEqualTo(2);
        redis.geoadd("shops", 9.99, 53.55, "hamburg");
        assertThat(redis.geodist("shops", "hamburg", "hamburg")).isZero();
    }

    @Test
    void aPipelineIsAnsweredInItsOrder() {
        List<Response<Long>> counts = new ArrayList<>();
        try (AbstractPipeline pipeline = redis.pipelined()) {
            for (int i = 0; i < 5_000; i++) {
                pipeline.set("key:" + i, "value");
                counts.add(pipeline.incr("count"));
            }
            pipeline.sync();
        }

        assertThat(counts.get(0).get()).isEqualTo(1);
        assertThat(counts.get(4_999).get()).isEqualTo(5_000);
        assertThat(redis.dbSize()).isEqualTo(5_001);
    }

    @Test
    void aTransactionDoesNothingWhereAWatchedKeyChanged() {
        redis.set("stock", "5");
        try (AbstractTransaction transaction = redis.transaction(false)) {
            transaction.watch("stock");
            transaction.multi();
            transaction.decr("stock");
            redis.set("stock", "1");
            assertThat(transaction.exec()).isNull();
        }
        assertThat(redis.get("stock")).isEqualTo("1");

        try (AbstractTransaction transaction = redis.multi()) {
            Response<Long> left = transaction.decr("stock");
            transaction.hset("sold", "milk", "1");
            assertThat(transaction.exec()).containsExactly(0L, 1L);
            assertThat(left.get()).isZero();
        }
    }

    @Test
    void listenersHear() throws InterruptedException {
        BlockingQueue<String> heard = new ArrayBlockingQueue<>(10);
        CountDownLatch listens = new CountDownLatch(2);
        JedisPubSub listener = new JedisPubSub() {
            @Override
            public void onSubscribe(String channel, int channels) {
                listens.countDown();
            }

            @Override
            public void onMessage(String channel, String message) {
                heard.add(channel + " " + message);
            }
        };
        CompletableFuture<Void> listening =
                CompletableFuture.runAsync(() -> redis.subscribe(listener, "news", "weather"));
        assertThat(listens.await(Servers.PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
                .isTrue();

        assertThat(redis.publish("news", "hello")).isEqualTo(1);

        assertThat(heard.poll(Servers.PATIENCE_MILLIS, TimeUnit.MILLISECONDS)).isEqualTo("news hello");
        listener.unsubscribe();
        assertThat(listening).succeedsWithin(java.time.Duration.ofSeconds(30));
        assertThat(redis.publish("news", "nobody")).isZero();
    }

    @Test
    void oneWaitsForAnElement() {
        CompletableFuture<List<String>> waiting = CompletableFuture.supplyAsync(() -> redis.blpop(20, "queue"));
        Awaitility.await().until(() -> redis.info("clients").contains("blocked_clients:1"));

        redis.rpush("queue", "job");

        assertThat(waiting).succeedsWithin(java.time.Duration.ofSeconds(30)).isEqualTo(List.of("queue", "job"));
    }

    @Test
    void aScanMeetsAllKeys() {
        Set<String> expected = new HashSet<>();
        for (int i = 0; i < 1_000; i++) {
            redis.set("user:" + i, "x");
            redis.set("other:" + i, "x");
            expected.add("user:" + i);
        }
        ScanIteration scan = redis.scanIteration(100, "user:*");

        assertThat(scan.collect(new HashSet<>())).isEqualTo(expected);
    }

    @Test
    void scriptsRunByTheirDigest() {
        String text = "return redis.call('INCRBY', KEYS[1], ARGV[1]) * 2";
        String digest = redis.scriptLoad(text, "any");

        assertThat(redis.evalsha(digest, List.of("n"), List.of("21"))).isEqualTo(42L);
        assertThat(redis.eval("return {1, 'two', {3}, false}")).asString().isEqualTo("[1, two, [3], null]");
        assertThatThrownBy(() -> redis.evalsha("f".repeat(40))).hasMessageStartingWith("NOSCRIPT");
    }

    @Test
    void aClientThatCachesHearsOfChanges() {
        try (LarderServer newer = LarderServer.start(Servers.options());
                JedisPooled writer = new JedisPooled(at(newer.port()), config().build());
                JedisPooled reader = new JedisPooled(
                        at(newer.port()),
                        config().protocol(RedisProtocol.RESP3).build(),
                        CacheConfig.builder().maxSize(100).build())) {
            writer.set("price", "1");
            assertThat(reader.get("price")).isEqualTo("1");
            assertThat(reader.get("price")).isEqualTo("1");
            assertThat(reader.getCache().getStats().getHitCount()).isEqualTo(1);

            writer.set("price", "2");

            Awaitility.await().until(() -> "2".equals(reader.get("price")));
            assertThat(reader.getCache().getStats().getInvalidationCount()).isPositive();
        }
    }

    private static DefaultJedisClientConfig asShop(SSLSocketFactory sockets, String password) {
        return config().ssl(true)
                .sslSocketFactory(sockets)
                .user("shop")
                .password(password)
                .build();
    }

    @Test
    void aUserComesEncryptedAndMayDoWhatHisRulesSay(@TempDir Path folder) throws Exception {
        Certificates.make(folder);
        try (LarderServer encrypted = LarderServer.start(
                Servers.encrypted(folder).with("user", "shop", "on", ">secret", "~shop:*", "+@all", "-@dangerous"))) {
            SSLSocketFactory sockets = Certificates.trusting(folder).getSocketFactory();
            HostAndPort place = at(encrypted.tlsPort());
            try (JedisPooled shop = new JedisPooled(place, asShop(sockets, "secret"))) {
                assertThat(shop.set("shop:1", "x".repeat(200_000))).isEqualTo("OK");
                assertThat(shop.get("shop:1")).hasSize(200_000);
                assertThatThrownBy(() -> shop.get("other"))
                        .isInstanceOf(JedisAccessControlException.class)
                        .hasMessageContaining("no permissions to access one of the keys");
                assertThatThrownBy(shop::flushAll).hasMessageContaining("no permissions to run the 'flushall' command");
            }
            try (JedisPooled stranger = new JedisPooled(place, asShop(sockets, "wrong"))) {
                assertThatThrownBy(stranger::ping)
                        .isInstanceOf(JedisAccessControlException.class)
                        .hasMessageStartingWith("WRONGPASS");
            }
        }
    }
}
