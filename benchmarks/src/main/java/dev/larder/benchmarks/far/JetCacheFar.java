package dev.larder.benchmarks.far;

import com.alicp.jetcache.Cache;
import com.alicp.jetcache.redis.lettuce.RedisLettuceCacheBuilder;
import dev.larder.benchmarks.peer.JetCacheCodec;
import dev.larder.benchmarks.peer.Setup;
import dev.larder.benchmarks.workload.Item;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** JetCache's remote cache over Lettuce, alone. */
final class JetCacheFar implements FarClient {
    private final RedisClient client;
    private final Cache<Long, Item> cache;

    JetCacheFar(int port) {
        JetCacheCodec codec = new JetCacheCodec();
        RedisURI uri = RedisURI.create("redis://127.0.0.1:" + port);
        uri.setTimeout(Setup.REDIS_TIMEOUT);
        client = RedisClient.create(uri);
        cache = RedisLettuceCacheBuilder.createRedisLettuceCacheBuilder()
                .redisClient(client)
                .asyncResultTimeoutInMillis(Setup.REDIS_TIMEOUT.toMillis())
                .keyPrefix("jetcache:")
                .keyConvertor(String::valueOf)
                .valueEncoder(codec::encode)
                .valueDecoder(codec::decode)
                .expireAfterWrite(3_600, TimeUnit.SECONDS)
                .buildCache();
    }

    @Override
    public @Nullable Item get(Long key) {
        return cache.get(key);
    }

    @Override
    public int getAll(List<Long> keys) {
        return cache.getAll(new HashSet<>(keys)).size();
    }

    @Override
    public void put(Long key, Item item) {
        cache.put(key, item);
    }

    @Override
    public void close() {
        cache.close();
        client.shutdown();
    }
}
