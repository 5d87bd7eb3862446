package dev.larder.benchmarks.far;

import dev.larder.Cache;
import dev.larder.CacheBuilder;
import dev.larder.Larder;
import dev.larder.benchmarks.peer.Setup;
import dev.larder.benchmarks.process.Waiting;
import dev.larder.benchmarks.workload.Item;
import dev.larder.benchmarks.workload.ItemJson;
import dev.larder.time.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Larder without a near tier: every read asks the server. Jittered lives, statistics and the bus are on, as always. It has
 * no loader, so that a read that does not hit is seen.
 */
final class LarderFar implements FarClient {
    /** Tags to draw from: a category of a shop has some hundreds of products. */
    private static final int CATEGORIES = 100;

    private static final int MOST_ATTEMPTS = 1_000;
    private static final long PAUSE_NANOS = 50_000_000;

    private final Larder larder;
    private final Cache<Long, Item> cache;

    /** @param tags how many each entry has; with none the cache keeps no tags at all */
    LarderFar(String uri, int tags) {
        larder = Larder.builder()
                .namespace("tags" + tags)
                .tiers(uri)
                .tierTimeout(Setup.REDIS_TIMEOUT)
                .open();
        CacheBuilder<Long, Item> builder = larder.cache("items", Long.class, Item.class)
                .timeToLive(Duration.ofHours(1))
                .codec(new ItemJson());
        if (tags > 0) {
            builder.tags((key, item) -> IntStream.range(0, tags)
                    .mapToObj(tag -> "category-" + Math.floorMod(key + tag, CATEGORIES))
                    .toList());
        }
        cache = builder.build();
    }

    @Override
    public @Nullable Item get(Long key) {
        return cache.get(key);
    }

    @Override
    public int getAll(List<Long> keys) {
        return cache.getAll(keys).size();
    }

    /** A tier that is still being connected takes nothing, and says nothing: so it is tried until the item is there. */
    @Override
    public void put(Long key, Item item) {
        for (int attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
            cache.put(key, item);
            if (cache.get(key) != null) {
                return;
            }
            Waiting.until(Ticker.system(), Ticker.system().nanos() + PAUSE_NANOS);
        }
        throw new IllegalStateException(
                "the shared tier must take an item but did not in " + MOST_ATTEMPTS + " attempts");
    }

    @Override
    public void load(Long key) {
        cache.get(key, Item::of);
    }

    @Override
    public void close() {
        larder.close();
    }
}
