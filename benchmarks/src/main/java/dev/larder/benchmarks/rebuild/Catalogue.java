package dev.larder.benchmarks.rebuild;

import dev.larder.Cache;
import dev.larder.CacheBuilder;
import dev.larder.Larder;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The stock of a shop as the origin has it: rows made on the fly, all of one generation, so that no database is measured.
 * Thread-safe.
 */
final class Catalogue {
    private final int articles;
    private final int stores;
    private final AtomicInteger generation = new AtomicInteger();
    private final LongAdder loads = new LongAdder();

    Catalogue(int articles, int stores) {
        this.articles = articles;
        this.stores = stores;
    }

    int size() {
        return articles * stores;
    }

    StockKey key(int row) {
        return StockKey.of(row, stores);
    }

    /** Changes every figure at the origin; returns the new generation. */
    int change() {
        return generation.incrementAndGet();
    }

    /** Every row as it is now. */
    Stream<Map.Entry<StockKey, Stock>> rows() {
        int now = generation.get();
        return IntStream.range(0, size()).mapToObj(row -> Map.entry(key(row), new Stock(row % 997, now)));
    }

    /** Loads that reached the origin: each is a read that no tier could answer. */
    long loads() {
        return loads.sum();
    }

    /** A cache of this catalogue, with a loader, so that a miss costs a query and not an answer. */
    Cache<StockKey, Stock> cache(Larder larder, long nearEntries) {
        CacheBuilder<StockKey, Stock> builder = larder.cache("stock", StockKey.class, Stock.class)
                .maxEntries(nearEntries)
                .timeToLive(Duration.ofHours(1))
                .staleWhileRevalidate(Duration.ofMinutes(5))
                .loader(this::load);
        return builder.build();
    }

    private Stock load(StockKey key) {
        loads.increment();
        return new Stock(0, generation.get());
    }
}
