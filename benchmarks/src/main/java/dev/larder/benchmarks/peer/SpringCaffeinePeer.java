package dev.larder.benchmarks.peer;

import com.github.benmanes.caffeine.cache.Caffeine;
import dev.larder.benchmarks.workload.Item;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.cache.Cache;
import org.springframework.cache.caffeine.CaffeineCacheManager;

/** Spring Cache over Caffeine, by {@link Cache} itself: what {@code @Cacheable} calls, without the cost of its proxy. */
final class SpringCaffeinePeer implements Peer {
    private final Cache cache;

    SpringCaffeinePeer(Setup setup) {
        CaffeineCacheManager manager = new CaffeineCacheManager("items");
        manager.setCaffeine(Caffeine.newBuilder()
                .maximumSize(setup.nearEntries())
                .expireAfterWrite(Setup.TIME_TO_LIVE)
                .recordStats());
        cache = Objects.requireNonNull(manager.getCache("items"), "cache");
    }

    @Override
    public @Nullable Item get(Long key) {
        return cache.get(key, Item.class);
    }

    @Override
    public void put(Long key, Item item) {
        cache.put(key, item);
    }

    @Override
    public void close() {
        cache.clear();
    }
}
