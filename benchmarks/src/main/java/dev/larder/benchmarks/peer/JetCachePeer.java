package dev.larder.benchmarks.peer;

import com.alicp.jetcache.Cache;
import com.alicp.jetcache.MultiLevelCacheBuilder;
import com.alicp.jetcache.embedded.CaffeineCacheBuilder;
import com.alicp.jetcache.redis.lettuce.RedisLettuceCacheBuilder;
import com.alicp.jetcache.support.DefaultCacheMonitor;
import dev.larder.benchmarks.workload.Item;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * JetCache's two tiers, Caffeine under Lettuce, with its monitor, penetration protection on. Its broadcast of changes to
 * other processes is off, which is its default without a cache manager: near hits are cheaper for it.
 */
final class JetCachePeer implements Peer {
    private final RedisClient client;
    private final Cache<Long, Item> cache;

    JetCachePeer(Setup setup) {
        JetCacheCodec codec = new JetCacheCodec();
        RedisURI uri = RedisURI.create(setup.redisUri());
        uri.setTimeout(Setup.REDIS_TIMEOUT);
        client = RedisClient.create(uri);
        Cache<Long, Item> near = CaffeineCacheBuilder.createCaffeineCacheBuilder()
                .limit(setup.nearEntries())
                .expireAfterWrite(Setup.TIME_TO_LIVE.toSeconds(), TimeUnit.SECONDS)
                .buildCache();
        Cache<Long, Item> far = RedisLettuceCacheBuilder.createRedisLettuceCacheBuilder()
                .redisClient(client)
                .asyncResultTimeoutInMillis(Setup.REDIS_TIMEOUT.toMillis())
                .keyPrefix("items:")
                .keyConvertor(String::valueOf)
                .valueEncoder(codec::encode)
                .valueDecoder(codec::decode)
                .expireAfterWrite(Setup.TIME_TO_LIVE.toSeconds(), TimeUnit.SECONDS)
                .buildCache();
        MultiLevelCacheBuilder.MultiLevelCacheBuilderImpl builder =
                MultiLevelCacheBuilder.createMultiLevelCacheBuilder()
                        .addCache(near, far)
                        .expireAfterWrite(Setup.TIME_TO_LIVE.toSeconds(), TimeUnit.SECONDS)
                        .addMonitor(new DefaultCacheMonitor("items"));
        LongFunction<Item> origin = setup.origin();
        if (origin != null) {
            builder.loader((Long key) -> origin.apply(key)).cachePenetrateProtect(true);
        }
        cache = builder.buildCache();
    }

    @Override
    public @Nullable Item get(Long key) {
        return cache.get(key);
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
