package dev.larder.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanIterator;
import io.lettuce.core.SetArgs;
import io.lettuce.core.TransactionResult;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.protocol.ProtocolVersion;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Programs and libraries that were written for Redis work unchanged. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealClientsTest {
    private LarderServer server;

    @BeforeAll
    void start() {
        server = LarderServer.start(ServerOptions.standard().with("port", "0").with("requirepass", "secret"));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    private String run(String... words) throws IOException {
        List<String> command =
                new ArrayList<>(List.of(words[0], "-p", Integer.toString(server.port()), "-a", "secret"));
        command.addAll(List.of(words).subList(1, words.length));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        process.getOutputStream().close();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    @Test
    void redisCliWorks() throws IOException {
        assertThat(run("redis-cli", "-3", "HSET", "cli", "a", "1", "b", "2")).isEqualTo("2\n");
        assertThat(run("redis-cli", "HGET", "cli", "b")).isEqualTo("2\n");
        assertThat(run("redis-cli", "--scan", "--pattern", "cl*")).isEqualTo("cli\n");
        assertThat(run("redis-cli", "INFO", "server")).contains("redis_version:7.4.0", "tcp_port:" + server.port());
    }

    @Test
    void redisBenchmarkWorks() throws IOException {
        String said = run(
                "redis-benchmark", "-q", "-n", "2000", "-P", "16", "-r", "100", "-t", "ping,set,get,incr,hset,mset");

        assertThat(said).contains("PING_INLINE: ", "SET: ", "GET: ", "INCR: ", "HSET: ", "MSET (10 keys): ");
    }

    private RedisClient lettuce(ProtocolVersion version) {
        RedisURI uri = RedisURI.builder()
                .withHost("127.0.0.1")
                .withPort(server.port())
                .withPassword("secret".toCharArray())
                .withDatabase(3)
                .withClientName("lettuce-test")
                .withTimeout(Duration.ofSeconds(30))
                .build();
        RedisClient client = RedisClient.create(uri);
        client.setOptions(ClientOptions.builder().protocolVersion(version).build());
        return client;
    }

    @ParameterizedTest
    @EnumSource(
            value = ProtocolVersion.class,
            names = {"RESP2", "RESP3"})
    void lettuceWorks(ProtocolVersion version) {
        try (RedisClient client = lettuce(version);
                StatefulRedisConnection<String, String> connection = client.connect()) {
            RedisCommands<String, String> redis = connection.sync();
            redis.flushdb();
            assertThat(redis.set("a", "1", SetArgs.Builder.nx().ex(10_000))).isEqualTo("OK");
            assertThat(redis.ttl("a")).isBetween(9_900L, 10_000L);
            assertThat(redis.incrby("a", 5)).isEqualTo(6);
            assertThat(redis.mget("a", "none").get(1).hasValue()).isFalse();
            assertThat(redis.hset("h", Map.of("x", "1", "y", "2"))).isEqualTo(2);
            assertThat(redis.hgetall("h")).containsOnly(Map.entry("x", "1"), Map.entry("y", "2"));
            redis.multi();
            redis.append("a", "7");
            redis.get("a");
            TransactionResult result = redis.exec();
            assertThat((String) result.get(1)).isEqualTo("67");
            List<String> keys = new ArrayList<>();
            ScanIterator.scan(redis, ScanArgs.Builder.limit(1)).forEachRemaining(keys::add);
            assertThat(keys).containsExactlyInAnyOrder("a", "h");
            assertThat(redis.clientList()).contains("name=lettuce-test", "lib-name=Lettuce");
            assertThat(redis.command()).isNotEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = ProtocolVersion.class,
            names = {"RESP2", "RESP3"})
    void lettuceHearsMessages(ProtocolVersion version) throws InterruptedException {
        BlockingQueue<String> heard = new ArrayBlockingQueue<>(10);
        try (RedisClient client = lettuce(version);
                StatefulRedisPubSubConnection<String, String> listening = client.connectPubSub();
                StatefulRedisConnection<String, String> connection = client.connect()) {
            listening.addListener(new RedisPubSubAdapter<>() {
                @Override
                public void message(String channel, String message) {
                    heard.add(channel + " " + message);
                }
            });
            listening.sync().subscribe("news");

            assertThat(connection.sync().publish("news", "hello")).isEqualTo(1);

            assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("news hello");
        }
    }
}
