package dev.larder.benchmarks.peer;

import dev.larder.Cache;
import dev.larder.CacheBuilder;
import dev.larder.Larder;
import dev.larder.benchmarks.workload.Item;
import dev.larder.benchmarks.workload.ItemJson;
import java.time.Duration;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Larder with everything on: statistics (always), jittered expiry, stale-while-revalidate and stale-if-error; over
 * Redis also the bus with its proof of silence, checked at every near hit.
 */
final class LarderPeer implements Peer {
    private final Larder larder;
    private final Cache<Long, Item> cache;

    LarderPeer(Setup setup) {
        larder = setup.redisPort() == 0 ? Larder.inProcess() : Larder.open("memory:1GiB", setup.redisUri());
        CacheBuilder<Long, Item> builder = larder.cache("items", Long.class, Item.class)
                .maxEntries(setup.nearEntries())
                .timeToLive(Setup.TIME_TO_LIVE)
                .staleWhileRevalidate(Duration.ofMinutes(5))
                .staleIfError(Duration.ofHours(6))
                .codec(new ItemJson());
        LongFunction<Item> origin = setup.origin();
        if (origin != null) {
            builder.loader(origin::apply);
        }
        cache = builder.build();
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
        larder.close();
    }
}
