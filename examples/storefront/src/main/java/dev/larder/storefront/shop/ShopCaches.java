package dev.larder.storefront.shop;

import dev.larder.Cache;
import dev.larder.CacheBuilder;
import dev.larder.Larder;
import dev.larder.load.BulkLoader;
import dev.larder.load.Loader;
import dev.larder.stats.CacheStats;
import dev.larder.storefront.catalogue.Articles;
import dev.larder.storefront.catalogue.CategoryTree;
import dev.larder.storefront.catalogue.Product;
import dev.larder.storefront.catalogue.Stock;
import dev.larder.storefront.catalogue.StockKey;
import dev.larder.storefront.catalogue.Stores;
import dev.larder.storefront.catalogue.TopViewed;
import dev.larder.storefront.meter.Meter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The shop's caches, built for one strategy. All strategies use the same names, so that instances with different
 * strategies share what is in the far tier and hear of each other's changes.
 */
final class ShopCaches implements AutoCloseable {
    /** The key of what there is only one of. */
    static final String ALL = "all";

    /** How many products a category or a search lists. */
    static final int LISTED = 120;

    final Strategy strategy;
    final Cache<Long, Product> products;
    final Cache<StockKey, Stock> stock;
    final Cache<String, CategoryTree> categories;
    final Cache<String, Stores> stores;
    final Cache<Long, Articles> listings;
    final Cache<String, Articles> searches;
    final Cache<String, TopViewed> top;
    private final Larder larder;

    ShopCaches(Larder larder, Origin origin, Strategy strategy, ViewLog views) {
        this.larder = larder;
        this.strategy = strategy;
        products = strategy.timesOf(larder.cache("products", Long.class, Product.class))
                .loader(counted(origin.catalogue()::product))
                .bulkLoader(ShopCaches.<Long, Product>countedAll(origin.catalogue()::products))
                .writer((article, product) -> origin.catalogue().save(product))
                .build();
        stock = strategy.timesOf(larder.cache("stock", StockKey.class, Stock.class))
                .loader(counted(origin.stock()::stock))
                .bulkLoader(ShopCaches.<StockKey, Stock>countedAll(origin.stock()::stocks))
                .writer(origin.stock()::save)
                .build();
        categories = strategy.timesOf(larder.cache("categories", String.class, CategoryTree.class))
                .loader(counted(all -> origin.catalogue().categories()))
                .build();
        stores = strategy.timesOf(larder.cache("stores", String.class, Stores.class))
                .loader(counted(all -> origin.catalogue().stores()))
                .build();
        listings = strategy.timesOf(larder.cache("listings", Long.class, Articles.class))
                .loader(counted(category -> origin.catalogue().inCategory(category, LISTED)))
                .build();
        searches = searches(larder)
                .loader(counted(words -> origin.catalogue().search(words, LISTED)))
                .build();
        top = strategy.timesOf(larder.cache("top", String.class, TopViewed.class))
                .loader(counted(all -> origin.views().top()))
                .writer((all, next) -> {
                    origin.views().add(views.batch(), next);
                    views.written();
                })
                .build();
    }

    /** Searches are many and each is asked for seldom: few are kept, and not for long. */
    private CacheBuilder<String, Articles> searches(Larder larder) {
        CacheBuilder<String, Articles> searches =
                strategy.timesOf(larder.cache("searches", String.class, Articles.class));
        boolean shortLived = strategy == Strategy.SHORT_TTL || strategy == Strategy.STALE_WHILE_REVALIDATE;
        return (shortLived ? searches : searches.timeToLive(Duration.ofMinutes(1))).maxEntries(10_000);
    }

    /** What each cache counted, by name. */
    Map<String, CacheStats> stats() {
        Map<String, CacheStats> stats = new LinkedHashMap<>();
        for (Cache<?, ?> cache : all()) {
            stats.put(cache.name(), cache.stats());
        }
        return stats;
    }

    /** Removes everything from every cache. */
    void clear() {
        all().forEach(Cache::clear);
    }

    @Override
    public void close() {
        larder.close();
    }

    private List<Cache<?, ?>> all() {
        return List.of(products, stock, categories, stores, listings, searches, top);
    }

    private static <K, V> Loader<K, V> counted(Loader<K, V> loader) {
        return key -> {
            Meter.loads(1);
            return loader.load(key);
        };
    }

    private static <K, V> BulkLoader<K, V> countedAll(BulkLoader<K, V> loader) {
        return keys -> {
            Meter.loads(keys.size());
            return loader.loadAll(keys);
        };
    }
}
