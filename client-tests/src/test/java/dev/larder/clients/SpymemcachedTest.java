package dev.larder.clients;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.server.LarderServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.spy.memcached.CASMutator;
import net.spy.memcached.CASResponse;
import net.spy.memcached.CASValue;
import net.spy.memcached.ConnectionFactoryBuilder;
import net.spy.memcached.MemcachedClient;
import net.spy.memcached.transcoders.SerializingTranscoder;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import redis.clients.jedis.JedisPooled;

/** spymemcached, which speaks Memcached's text. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SpymemcachedTest {
    static {
        System.setProperty("net.spy.log.LoggerImpl", "net.spy.memcached.compat.log.SunLogger");
    }

    private LarderServer server;
    private MemcachedClient client;

    @BeforeAll
    void start() throws Exception {
        server = Servers.start();
        client = new MemcachedClient(
                new ConnectionFactoryBuilder()
                        .setProtocol(ConnectionFactoryBuilder.Protocol.TEXT)
                        .setOpTimeout(Servers.PATIENCE_MILLIS)
                        .setDaemon(true)
                        .build(),
                List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), server.memcachedPort())));
    }

    @AfterAll
    void stop() {
        client.shutdown();
        server.close();
    }

    @BeforeEach
    void empty() throws Exception {
        assertThat(client.flush().get()).isTrue();
    }

    @Test
    void itemsAreStoredReadAndRemoved() throws Exception {
        assertThat(client.set("a", 1_000, "hello").get()).isTrue();
        assertThat(client.add("a", 0, "other").get()).isFalse();
        assertThat(client.replace("none", 0, "x").get()).isFalse();
        assertThat(client.get("a")).isEqualTo("hello");
        assertThat(client.append("a", " you").get()).isTrue();
        assertThat(client.prepend("a", "> ").get()).isTrue();
        assertThat(client.get("a")).isEqualTo("> hello you");
        assertThat(client.delete("a").get()).isTrue();
        assertThat(client.delete("a").get()).isFalse();
        assertThat(client.get("a")).isNull();
    }

    @Test
    void objectsAndLongValuesComeBack() throws Exception {
        client.set("object", 0, Map.of("a", List.of(1L, 2L))).get();
        assertThat(client.get("object")).isEqualTo(Map.of("a", List.of(1L, 2L)));
        SerializingTranscoder plain = new SerializingTranscoder();
        plain.setCompressionThreshold(Integer.MAX_VALUE);
        String text = "x".repeat(900_000);
        client.set("long", 0, text, plain).get();
        assertThat(client.get("long", plain)).isEqualTo(text);
        String tooLong = "x".repeat(1_500_000);
        assertThatThrownBy(() -> client.set("long", 0, tooLong, new SerializingTranscoder(2_000_000) {
                            {
                                setCompressionThreshold(Integer.MAX_VALUE);
                            }
                        })
                        .get())
                .hasMessageContaining("object too large for cache");
        assertThat(client.get("long", plain)).isNull();
    }

    @Test
    void aSwapSucceedsWhereNobodyCameInBetween() throws Exception {
        client.set("a", 0, "1").get();
        CASValue<Object> seen = client.gets("a");
        assertThat(client.cas("a", seen.getCas(), "2")).isEqualTo(CASResponse.OK);
        assertThat(client.cas("a", seen.getCas(), "3")).isEqualTo(CASResponse.EXISTS);
        assertThat(client.cas("none", 1, "x")).isEqualTo(CASResponse.NOT_FOUND);
        try (JedisPooled redis = new JedisPooled("127.0.0.1", server.port())) {
            CASValue<Object> before = client.gets("a");
            redis.set("a", "by Redis's protocol");
            assertThat(client.cas("a", before.getCas(), "3")).isEqualTo(CASResponse.EXISTS);
        }
        CASMutator<Object> mutator = new CASMutator<>(client, client.getTranscoder());
        assertThat(mutator.cas("list", "first", 0, current -> current + ", more"))
                .isEqualTo("first");
        assertThat(mutator.cas("list", "first", 0, current -> current + ", more"))
                .isEqualTo("first, more");
    }

    @Test
    void numbersAreRaised() {
        assertThat(client.incr("n", 5, 10)).isEqualTo(10);
        assertThat(client.incr("n", 5)).isEqualTo(15);
        assertThat(client.decr("n", 20)).isZero();
        assertThat(client.incr("none", 1)).isEqualTo(-1);
        try (JedisPooled redis = new JedisPooled("127.0.0.1", server.port())) {
            assertThat(redis.incrBy("n", 42)).isEqualTo(42);
        }
        assertThat(client.get("n")).isEqualTo("42");
    }

    @Test
    @SuppressWarnings("FutureReturnValueIgnored") // what was not set is not read
    void manyAreReadAtOnce() throws Exception {
        Map<String, Object> expected = new HashMap<>();
        for (int i = 0; i < 500; i++) {
            client.set("key:" + i, 0, "value " + i);
            expected.put("key:" + i, "value " + i);
        }
        List<String> asked = java.util.stream.IntStream.range(0, 1_000)
                .mapToObj(i -> "key:" + i)
                .toList();

        assertThat(client.getBulk(asked)).isEqualTo(expected);
    }

    @Test
    void timesToLiveAreKept() throws Exception {
        client.set("a", 1, "x").get();
        client.set("b", 1, "x").get();
        assertThat(client.touch("b", 1_000).get()).isTrue();

        Awaitility.await().until(() -> client.get("a") == null);

        assertThat(client.get("b")).isEqualTo("x");
        assertThat(client.touch("a", 10).get()).isFalse();
    }

    @Test
    void itTellsOfItself() {
        Map<SocketAddress, Map<String, String>> stats = client.getStats();
        assertThat(stats.values().iterator().next()).containsKeys("curr_items", "limit_maxbytes", "version", "pid");
        assertThat(client.getVersions()).hasSize(1);
    }
}
