package dev.larder.clients;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.server.LarderServer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.cache.Cache;
import org.springframework.data.redis.cache.BatchStrategies;
import org.springframework.data.redis.cache.RedisCacheConfiguration;
import org.springframework.data.redis.cache.RedisCacheManager;
import org.springframework.data.redis.cache.RedisCacheWriter;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.core.RedisCallback;
import org.springframework.data.redis.core.ScanOptions;
import org.springframework.data.redis.core.StringRedisTemplate;
import org.springframework.data.redis.core.script.RedisScript;
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;

/** Spring Data Redis over Lettuce: what a Spring Boot application has when it names the server's host and port. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SpringDataRedisTest {
    private LarderServer server;
    private LettuceConnectionFactory connections;
    private StringRedisTemplate redis;

    @BeforeAll
    void start() {
        server = Servers.start();
        connections = new LettuceConnectionFactory(
                new RedisStandaloneConfiguration("127.0.0.1", server.port()),
                LettuceClientConfiguration.builder()
                        .commandTimeout(Duration.ofMillis(Servers.PATIENCE_MILLIS))
                        .build());
        connections.afterPropertiesSet();
        connections.start();
        redis = new StringRedisTemplate(connections);
    }

    @AfterAll
    void stop() {
        connections.destroy();
        server.close();
    }

    @BeforeEach
    void empty() {
        redis.delete(Objects.requireNonNull(redis.keys("*")));
    }

    private RedisCacheManager manager(RedisCacheConfiguration configuration) {
        RedisCacheManager manager = RedisCacheManager.builder(
                        RedisCacheWriter.lockingRedisCacheWriter(connections, BatchStrategies.scan(100)))
                .cacheDefaults(configuration)
                .enableStatistics()
                .build();
        manager.afterPropertiesSet();
        return manager;
    }

    @Test
    void aTemplateReadsAndWritesAllTypes() {
        redis.opsForValue().set("a", "1", Duration.ofMinutes(5));
        assertThat(redis.opsForValue().increment("a", 41)).isEqualTo(42);
        assertThat(redis.opsForValue().multiGet(List.of("a", "none"))).containsExactly("42", null);
        assertThat(redis.opsForValue().setIfAbsent("a", "x")).isFalse();
        assertThat(redis.getExpire("a")).isBetween(200L, 300L);
        redis.opsForHash().putAll("hash", Map.of("x", "1", "y", "2"));
        assertThat(redis.<String, String>opsForHash().entries("hash")).isEqualTo(Map.of("x", "1", "y", "2"));
        redis.opsForList().rightPushAll("list", "a", "b");
        assertThat(redis.opsForList().leftPop("list", Duration.ofSeconds(5))).isEqualTo("a");
        redis.opsForSet().add("set", "a", "b");
        assertThat(redis.opsForSet().isMember("set", "a", "c")).isEqualTo(Map.of("a", true, "c", false));
        redis.opsForZSet().add("sold", "milk", 40);
        assertThat(redis.opsForZSet().incrementScore("sold", "milk", 2)).isEqualTo(42);
        assertThat(redis.opsForHyperLogLog().add("seen", "a", "b")).isEqualTo(1);
        redis.opsForValue().setBit("bits", 7, true);
        assertThat(redis.opsForValue().getBit("bits", 7)).isTrue();
        redis.rename("a", "b");
        assertThat(redis.type("b").code()).isEqualTo("string");
    }

    @Test
    @SuppressWarnings("NullAway") // a pipelined callback has to return null
    void pipelinesScansAndScriptsWork() {
        List<Object> results = redis.executePipelined((RedisCallback<Object>) connection -> {
            for (int i = 0; i < 500; i++) {
                connection
                        .stringCommands()
                        .set(("user:" + i).getBytes(java.nio.charset.StandardCharsets.UTF_8), new byte[] {'x'});
            }
            return null;
        });
        assertThat(results).hasSize(500).containsOnly(true);
        try (Stream<String> found =
                redis.scan(ScanOptions.scanOptions().match("user:*").count(50).build()).stream()) {
            assertThat(found.distinct()).hasSize(500);
        }
        RedisScript<Long> script = RedisScript.of("return redis.call('INCRBY', KEYS[1], ARGV[1])", Long.class);
        assertThat(redis.execute(script, List.of("n"), "2")).isEqualTo(2);
        assertThat(redis.execute(script, List.of("n"), "40")).isEqualTo(42);
    }

    @Test
    void aContainerOfListenersHears() throws Exception {
        BlockingQueue<String> heard = new ArrayBlockingQueue<>(10);
        RedisMessageListenerContainer container = new RedisMessageListenerContainer();
        container.setConnectionFactory(connections);
        container.afterPropertiesSet();
        container.addMessageListener((message, pattern) -> heard.add(message.toString()), ChannelTopic.of("news"));
        container.start();
        try {
            assertThat(redis.convertAndSend("news", "hello")).isEqualTo(1);
            assertThat(heard.poll(Servers.PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
                    .isEqualTo("hello");
        } finally {
            container.destroy();
        }
    }

    @Test
    void aCacheKeepsWhatIsPutUntilItIsCleared() {
        RedisCacheManager manager = manager(RedisCacheConfiguration.defaultCacheConfig()
                .entryTtl(Duration.ofMinutes(5))
                .enableTimeToIdle());
        Cache cache = Objects.requireNonNull(manager.getCache("articles"));
        for (int i = 0; i < 300; i++) {
            cache.put("article:" + i, "text " + i);
        }
        assertThat(cache.get("article:7", String.class)).isEqualTo("text 7");
        assertThat(redis.getExpire("articles::article:7")).isBetween(200L, 300L);
        assertThat(cache.putIfAbsent("article:7", "other")).isNotNull();
        cache.put("nothing", null);
        assertThat(Objects.requireNonNull(cache.get("nothing")).get()).isNull();
        assertThat(cache.evictIfPresent("article:7")).isTrue();
        assertThat(cache.get("article:7")).isNull();
        redis.opsForValue().set("other", "stays");

        cache.clear();

        Awaitility.await()
                .untilAsserted(() -> assertThat(redis.keys("articles*")).hasSize(0)); // it need not wait
        assertThat(redis.opsForValue().get("other")).isEqualTo("stays");
    }

    @Test
    void oneLoadsWhereTheWriterLocks() throws Exception {
        Cache cache = Objects.requireNonNull(
                manager(RedisCacheConfiguration.defaultCacheConfig()).getCache("loaded"));
        AtomicInteger loads = new AtomicInteger();
        ExecutorService callers = Executors.newFixedThreadPool(6);
        try {
            List<Future<String>> all = Stream.generate(() ->
                            callers.submit(() -> cache.get("key", () -> "load " + loads.incrementAndGet())))
                    .limit(6)
                    .toList();
            for (Future<String> each : all) {
                assertThat(each.get(Servers.PATIENCE_MILLIS, TimeUnit.MILLISECONDS))
                        .isEqualTo("load 1");
            }
        } finally {
            callers.shutdownNow();
        }
        assertThat(loads).hasValue(1);
        assertThat(redis.hasKey("loaded~lock")).isFalse();
    }
}
