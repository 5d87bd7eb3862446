package dev.larder.benchmarks.engine.peer;

import java.util.function.UnaryOperator;
import org.ehcache.Cache;
import org.ehcache.config.builders.CacheConfigurationBuilder;
import org.ehcache.config.builders.CacheManagerBuilder;
import org.ehcache.config.builders.ExpiryPolicyBuilder;
import org.ehcache.config.builders.ResourcePoolsBuilder;
import org.jspecify.annotations.Nullable;

/**
 * Ehcache 3 with a heap tier bounded in entries. It loads by get and put, as callers without a
 * {@code CacheLoaderWriter} do: with one, every put would write through.
 */
final class EhcachePeer implements EnginePeer {
    private final org.ehcache.CacheManager manager;
    private final Cache<Long, Long> cache;
    private final UnaryOperator<Long> origin;

    EhcachePeer(EngineSetup setup) {
        CacheConfigurationBuilder<Long, Long> configuration = CacheConfigurationBuilder.newCacheConfigurationBuilder(
                        Long.class, Long.class, ResourcePoolsBuilder.heap(setup.maxEntries()))
                .withExpiry(
                        setup.expires()
                                ? ExpiryPolicyBuilder.timeToLiveExpiration(EngineSetup.TIME_TO_LIVE)
                                : ExpiryPolicyBuilder.noExpiration());
        this.manager = CacheManagerBuilder.newCacheManagerBuilder().build(true);
        this.cache = manager.createCache("numbers", configuration);
        this.origin = setup.origin();
    }

    @Override
    public @Nullable Long get(Long key) {
        return cache.get(key);
    }

    @Override
    public Long load(Long key) {
        Long cached = cache.get(key);
        if (cached != null) {
            return cached;
        }
        Long loaded = origin.apply(key);
        cache.put(key, loaded);
        return loaded;
    }

    @Override
    public void put(Long key, Long value) {
        cache.put(key, value);
    }

    @Override
    public long settledSize() {
        long size = 0;
        for (Cache.Entry<Long, Long> entry : cache) {
            size += entry == null ? 0 : 1;
        }
        return size;
    }

    @Override
    public void close() {
        manager.close();
    }
}
