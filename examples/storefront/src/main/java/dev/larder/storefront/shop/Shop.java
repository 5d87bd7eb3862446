package dev.larder.storefront.shop;

import dev.larder.Cache;
import dev.larder.Larder;
import dev.larder.failure.LarderException;
import dev.larder.failure.WriteException;
import dev.larder.load.Loader;
import dev.larder.stats.CacheStats;
import dev.larder.storefront.catalogue.Articles;
import dev.larder.storefront.catalogue.CategoryTree;
import dev.larder.storefront.catalogue.EditConflictException;
import dev.larder.storefront.catalogue.Product;
import dev.larder.storefront.catalogue.Stock;
import dev.larder.storefront.catalogue.StockKey;
import dev.larder.storefront.catalogue.Store;
import dev.larder.storefront.catalogue.Stores;
import dev.larder.storefront.catalogue.TopViewed;
import dev.larder.storefront.meter.Meter;
import dev.larder.time.Scheduler;
import dev.larder.time.Ticker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The shop's reads and changes, by the strategy that is switched on. Blocks while a cache or the database answers; throws
 * {@link ShopException} where the database failed and nothing cached could stand in. Thread-safe.
 *
 * <p>Each strategy has caches built for it on a Larder of its own, over the same tiers and names. A switch puts new caches
 * in the place of the old, empties them, and closes the old once no request can still be using them.
 */
public final class Shop implements AutoCloseable {
    /** Longer than any request takes. */
    private static final Duration GRACE = Duration.ofSeconds(60);

    private final Supplier<Larder> larders;
    private final Origin origin;
    private final Scheduler scheduler;
    private final Executor executor;
    private final ViewLog views = new ViewLog();
    private final ViewWriter viewWriter;
    private final Rebuild rebuild;
    private final List<ShopCaches> retired = new ArrayList<>();
    private volatile Current current;

    /**
     * @param larders opens a Larder over the tiers of the shop, a new one at each call
     * @param executor runs what takes long; closed by its owner
     */
    public Shop(Supplier<Larder> larders, Origin origin, Strategy strategy, Scheduler scheduler, Executor executor) {
        this.larders = larders;
        this.origin = origin;
        this.scheduler = scheduler;
        this.executor = executor;
        rebuild = new Rebuild(origin, Ticker.system());
        current = new Current(new ShopCaches(larders.get(), origin, strategy, views), Map.of());
        viewWriter = new ViewWriter(views, origin, this::caches, scheduler, executor);
        viewWriter.start();
    }

    /** The product of this number, or null. */
    public @Nullable Product product(long article) {
        return read(now -> now.products, article, origin.catalogue()::product);
    }

    /** The products of {@code articles} that exist, in that order. */
    public List<Product> products(List<Long> articles) {
        if (articles.isEmpty()) {
            return List.of();
        }
        return List.copyOf(readAll(now -> now.products, articles, origin.catalogue()::products)
                .values());
    }

    /** What each store has of {@code product}, in the order of the stores. */
    public List<StoreStock> stock(Product product) {
        List<Store> stores = stores().all();
        List<StockKey> keys = stores.stream()
                .map(store -> new StockKey(product.article(), product.unit(), store.code()))
                .toList();
        Map<StockKey, Stock> found =
                readAll(now -> now.stock, keys, wanted -> origin.stock().stocks(Set.copyOf(wanted)));
        List<StoreStock> stock = new ArrayList<>(keys.size());
        for (int index = 0; index < keys.size(); index++) {
            stock.add(new StoreStock(stores.get(index), found.getOrDefault(keys.get(index), new Stock(0, 0))));
        }
        return stock;
    }

    public Stores stores() {
        Stores stores = read(
                now -> now.stores, ShopCaches.ALL, all -> origin.catalogue().stores());
        return stores == null ? new Stores(List.of()) : stores;
    }

    public CategoryTree categories() {
        CategoryTree tree = read(
                now -> now.categories, ShopCaches.ALL, all -> origin.catalogue().categories());
        return tree == null ? new CategoryTree(List.of()) : tree;
    }

    /** What stands in {@code category}, most viewed first. */
    public Articles inCategory(long category) {
        Articles found =
                read(now -> now.listings, category, id -> origin.catalogue().inCategory(id, ShopCaches.LISTED));
        return found == null ? new Articles(List.of(), false) : found;
    }

    /** What a search for {@code words} finds, by number, name or brand. */
    public Articles search(String words) {
        String key = words.strip().toLowerCase(Locale.ROOT);
        if (key.isEmpty()) {
            return new Articles(List.of(), false);
        }
        Articles found =
                read(now -> now.searches, key, text -> origin.catalogue().search(text, ShopCaches.LISTED));
        return found == null ? new Articles(List.of(), false) : found;
    }

    /** The products viewed most. */
    public TopViewed top() {
        TopViewed top =
                read(now -> now.top, ShopCaches.ALL, all -> origin.views().top());
        return top == null ? new TopViewed(0, List.of()) : top;
    }

    /** Counts a view of a product that exists; it shows within a second or two. */
    public void viewed(Product product) {
        views.count(product.article());
    }

    /** Writes the views counted so far, without waiting for the second to end. */
    public void writeViews() {
        viewWriter.run();
    }

    /** Changes a product's name and price. */
    public void save(Product edited) throws EditConflictException {
        write(now -> now.products, edited.article(), edited, origin.catalogue()::save);
        caches().searches.clear();
    }

    /** Changes the stock of an article in one store. */
    public void save(StockKey key, Stock stock) throws EditConflictException {
        write(now -> now.stock, key, stock, changed -> origin.stock().save(key, changed));
    }

    /** The product by way of its cache whatever the strategy, loaded by {@code loader}; for trying out herds. */
    public @Nullable Product product(long article, Loader<Long, Product> loader) {
        return caches().products.get(article, loader);
    }

    /** Makes a product cold: no tier holds it. */
    public void forget(long article) {
        caches().products.remove(article);
    }

    public Strategy strategy() {
        return caches().strategy;
    }

    /**
     * Goes on by another strategy, with empty caches.
     *
     * @throws IllegalStateException while the catalogue is rebuilt
     */
    public synchronized void switchTo(Strategy strategy) {
        if (rebuild.state().running()) {
            throw new IllegalStateException("the strategy cannot be switched while the catalogue is rebuilt");
        }
        ShopCaches old = caches();
        if (strategy == old.strategy) {
            return;
        }
        ShopCaches next = new ShopCaches(larders.get(), origin, strategy, views);
        next.clear();
        current = new Current(next, stats());
        retired.add(old);
        scheduler.schedule(() -> executor.execute(() -> close(old)), GRACE.toNanos());
    }

    /** Reads the whole catalogue into the caches again, in the background; false where that is under way already. */
    public synchronized boolean startRebuild() {
        boolean begun = rebuild.begin();
        if (begun) {
            ShopCaches now = caches();
            executor.execute(() -> rebuild.run(now));
        }
        return begun;
    }

    public RebuildState rebuildState() {
        return rebuild.state();
    }

    /** What each cache counted since the shop opened, by name, whatever strategies were on. */
    public Map<String, CacheStats> stats() {
        Current now = current;
        return Totals.sum(now.before(), now.caches().stats());
    }

    /** Writes the last views and closes every tier. */
    @Override
    public synchronized void close() {
        viewWriter.run();
        caches().close();
        retired.forEach(ShopCaches::close);
        retired.clear();
    }

    private ShopCaches caches() {
        return current.caches();
    }

    private synchronized void close(ShopCaches old) {
        if (retired.remove(old)) {
            old.close();
        }
    }

    private <K, V> @Nullable V read(Choice<K, V> choice, K key, Loader<K, V> direct) {
        ShopCaches now = caches();
        try {
            if (!now.strategy.readsCache()) {
                return direct.load(key);
            }
            Meter.cacheCall();
            return choice.of(now).get(key);
        } catch (Exception e) {
            throw failed(e);
        }
    }

    private <K, V> Map<K, V> readAll(Choice<K, V> choice, Collection<K> keys, ReadAll<K, V> direct) {
        ShopCaches now = caches();
        try {
            if (now.strategy.readsCache()) {
                Meter.cacheCall();
                return choice.of(now).getAll(keys);
            }
            Map<K, V> found = direct.read(keys);
            Map<K, V> ordered = new LinkedHashMap<>();
            for (K key : keys) {
                V value = found.get(key);
                if (value != null) {
                    ordered.put(key, value);
                }
            }
            return ordered;
        } catch (Exception e) {
            throw failed(e);
        }
    }

    /** Whatever the strategy, no instance's cache keeps the old value: they share tiers, but not strategies. */
    private <K, V> void write(Choice<K, V> choice, K key, V value, Write<V> direct) throws EditConflictException {
        ShopCaches now = caches();
        Cache<K, V> cache = choice.of(now);
        try {
            if (now.strategy.writesThrough()) {
                Meter.cacheCall();
                cache.put(key, value);
            } else {
                direct.write(value);
                Meter.cacheCall();
                cache.remove(key);
            }
        } catch (EditConflictException e) {
            cache.remove(key);
            throw e;
        } catch (WriteException e) {
            if (e.getCause() instanceof EditConflictException conflict) {
                throw conflict;
            }
            throw failed(e);
        } catch (Exception e) {
            throw failed(e);
        }
    }

    private static RuntimeException failed(Exception e) {
        if (e instanceof RuntimeException mistake && !(e instanceof LarderException)) {
            return mistake;
        }
        return new ShopException("the shop's database did not do what was asked", e);
    }

    /** The caches in use, and what those before them counted. Immutable. */
    private record Current(ShopCaches caches, Map<String, CacheStats> before) {}

    /** Picks the cache that a read or a change is about. */
    @FunctionalInterface
    private interface Choice<K, V> {
        Cache<K, V> of(ShopCaches caches);
    }

    /** A read of the database. */
    @FunctionalInterface
    private interface ReadAll<K, V> {
        Map<K, V> read(Collection<K> keys) throws Exception;
    }

    /** A change of the database. */
    @FunctionalInterface
    private interface Write<V> {
        void write(V value) throws Exception;
    }
}
