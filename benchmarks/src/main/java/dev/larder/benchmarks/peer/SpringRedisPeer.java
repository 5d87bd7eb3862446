package dev.larder.benchmarks.peer;

import dev.larder.benchmarks.workload.Item;
import dev.larder.benchmarks.workload.ItemJson;
import java.util.Objects;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache;
import org.springframework.data.redis.cache.RedisCacheConfiguration;
import org.springframework.data.redis.cache.RedisCacheManager;
import org.springframework.data.redis.cache.RedisCacheWriter;
import org.springframework.data.redis.connection.RedisStandaloneConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceClientConfiguration;
import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.data.redis.serializer.RedisSerializationContext.SerializationPair;
import org.springframework.data.redis.serializer.RedisSerializer;

/**
 * Spring Cache over Redis, by {@link Cache} itself. It has no near tier. Loading is that of {@code @Cacheable}: look,
 * load, put; or that of {@code sync = true} with the locking writer, which it needs to keep other callers out.
 */
final class SpringRedisPeer implements Peer {
    private final LettuceConnectionFactory connections;
    private final Cache cache;
    private final @Nullable LongFunction<Item> origin;
    private final boolean sync;

    SpringRedisPeer(Setup setup, boolean sync) {
        this.origin = setup.origin();
        this.sync = sync;
        setup.redisUri();
        connections = new LettuceConnectionFactory(
                new RedisStandaloneConfiguration("127.0.0.1", setup.redisPort()),
                LettuceClientConfiguration.builder()
                        .commandTimeout(Setup.REDIS_TIMEOUT)
                        .build());
        connections.afterPropertiesSet();
        connections.start();
        RedisCacheWriter writer = sync
                ? RedisCacheWriter.lockingRedisCacheWriter(connections)
                : RedisCacheWriter.nonLockingRedisCacheWriter(connections);
        RedisCacheManager manager = RedisCacheManager.builder(writer)
                .cacheDefaults(RedisCacheConfiguration.defaultCacheConfig()
                        .entryTtl(Setup.TIME_TO_LIVE)
                        .serializeValuesWith(SerializationPair.fromSerializer(new ItemSerializer())))
                .enableStatistics()
                .build();
        manager.afterPropertiesSet();
        cache = Objects.requireNonNull(manager.getCache("items"), "cache");
    }

    @Override
    public @Nullable Item get(Long key) {
        LongFunction<Item> load = origin;
        if (load == null) {
            return cache.get(key, Item.class);
        }
        if (sync) {
            return cache.get(key, () -> load.apply(key));
        }
        Item cached = cache.get(key, Item.class);
        if (cached != null) {
            return cached;
        }
        Item loaded = load.apply(key);
        cache.put(key, loaded);
        return loaded;
    }

    @Override
    public void put(Long key, Item item) {
        cache.put(key, item);
    }

    @Override
    public void close() {
        connections.destroy();
    }

    /** The shared codec in Spring's terms; the cache stands for a missing value by null. */
    private static final class ItemSerializer implements RedisSerializer<Item> {
        private final ItemJson json = new ItemJson();

        @Override
        public byte[] serialize(@Nullable Item item) {
            return item == null ? new byte[0] : json.encode(item);
        }

        @Override
        public @Nullable Item deserialize(byte @Nullable [] bytes) {
            return bytes == null || bytes.length == 0 ? null : json.decode(bytes);
        }
    }
}
