package dev.larder.benchmarks.peer;

import dev.larder.benchmarks.workload.Item;
import java.util.List;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.redisson.Redisson;
import org.redisson.api.RLocalCachedMap;
import org.redisson.api.RedissonClient;
import org.redisson.api.map.MapLoader;
import org.redisson.api.options.LocalCachedMapOptions;
import org.redisson.config.Config;

/** Redisson's {@link RLocalCachedMap} with Caffeine near, invalidation between processes, and its loader. */
final class RedissonPeer implements Peer {
    private final RedissonClient client;
    private final RLocalCachedMap<Long, Item> map;

    RedissonPeer(Setup setup) {
        Config config = new Config();
        config.useSingleServer().setAddress(setup.redisUri()).setTimeout((int) Setup.REDIS_TIMEOUT.toMillis());
        client = Redisson.create(config);
        LocalCachedMapOptions<Long, Item> options = LocalCachedMapOptions.<Long, Item>name("items")
                .codec(new RedissonCodec())
                .cacheProvider(LocalCachedMapOptions.CacheProvider.CAFFEINE)
                .evictionPolicy(LocalCachedMapOptions.EvictionPolicy.LFU)
                .cacheSize(setup.nearEntries())
                .timeToLive(Setup.TIME_TO_LIVE)
                .syncStrategy(LocalCachedMapOptions.SyncStrategy.INVALIDATE);
        LongFunction<Item> origin = setup.origin();
        if (origin != null) {
            options.loader(new OriginLoader(origin));
        }
        map = client.getLocalCachedMap(options);
    }

    @Override
    public @Nullable Item get(Long key) {
        return map.get(key);
    }

    @Override
    public void put(Long key, Item item) {
        map.fastPut(key, item);
    }

    @Override
    public void close() {
        client.shutdown();
    }

    /** The origin in Redisson's terms. */
    private record OriginLoader(LongFunction<Item> origin) implements MapLoader<Long, Item> {
        @Override
        public Item load(Long key) {
            return origin.apply(key);
        }

        @Override
        public Iterable<Long> loadAllKeys() {
            return List.of();
        }
    }
}
