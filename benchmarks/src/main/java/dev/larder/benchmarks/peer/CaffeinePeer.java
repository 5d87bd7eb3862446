package dev.larder.benchmarks.peer;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.larder.benchmarks.workload.Item;
import org.jspecify.annotations.Nullable;

/** Caffeine's own API: bare (bounded, nothing else), or with expireAfterWrite and recordStats. */
final class CaffeinePeer implements Peer {
    private final Cache<Long, Item> cache;

    private CaffeinePeer(Cache<Long, Item> cache) {
        this.cache = cache;
    }

    static CaffeinePeer bare(Setup setup) {
        return new CaffeinePeer(
                Caffeine.newBuilder().maximumSize(setup.nearEntries()).build());
    }

    static CaffeinePeer expiringWithStats(Setup setup) {
        return new CaffeinePeer(Caffeine.newBuilder()
                .maximumSize(setup.nearEntries())
                .expireAfterWrite(Setup.TIME_TO_LIVE)
                .recordStats()
                .build());
    }

    @Override
    public @Nullable Item get(Long key) {
        return cache.getIfPresent(key);
    }

    @Override
    public void put(Long key, Item item) {
        cache.put(key, item);
    }

    @Override
    public void close() {
        cache.invalidateAll();
    }
}
