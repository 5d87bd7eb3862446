package dev.larder.docs;

import dev.larder.Cache;
import dev.larder.CacheBuilder;
import dev.larder.CausalToken;
import dev.larder.Larder;
import dev.larder.codec.TypeRef;
import dev.larder.event.CacheListener;
import dev.larder.event.RemovalCause;
import dev.larder.load.BulkLoader;
import dev.larder.load.EntryLoader;
import dev.larder.load.Loaded;
import dev.larder.load.Loader;
import dev.larder.stats.CacheStats;
import dev.larder.testkit.FakeOrigin;
import dev.larder.testkit.FakeTicker;
import dev.larder.testkit.FaultyTier;
import dev.larder.testkit.InMemoryServer;
import dev.larder.testkit.ManualScheduler;
import dev.larder.write.RebuildReport;
import dev.larder.write.Transactions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The examples of the guide, so that they compile; {@link GuideTest} holds that each is here. None is run. */
@SuppressWarnings("unused") // values of examples
final class GuideExamples {
    record Product(long id, String name) {}

    record Offer(long id) {
        Duration remaining() {
            return Duration.ofMinutes(id);
        }

        int brand() {
            return (int) (id % 10);
        }

        int store() {
            return (int) (id % 170);
        }
    }

    record Price(int cents) {}

    interface Catalogue {
        @Nullable Product product(Long id);

        Map<Long, Product> products(Set<? extends Long> ids);

        void save(Long id, Product product);

        Stream<Product> stream();
    }

    interface Offers {
        Offer current(long id);
    }

    interface Prices {
        Price compute(long id);
    }

    private GuideExamples() {}

    static void open(Catalogue catalogue) {
        Larder larder = Larder.inProcess();

        Cache<Long, Product> products = larder.cache("products", Long.class, Product.class)
                .timeToLive(Duration.ofHours(1))
                .loader(catalogue::product)
                .build();

        Product product = products.get(17L);
    }

    static Cache<Long, List<Offer>> typesWithArguments(Larder larder) {
        return larder.cache("offers", new TypeRef<Long>() {}, new TypeRef<List<Offer>>() {})
                .build();
    }

    static void twoTiers() {
        Larder larder = Larder.open("memory:256MiB", "redis://cache:6379");
    }

    static void ownWrites(Larder larder, Cache<Long, Product> products) {
        String cookie = larder.causalToken().toString();
        Cache<Long, Product> own = products.after(CausalToken.parse(cookie));
        own.get(17L);
    }

    static void toldByRedis() {
        Larder larder = Larder.open("memory:256MiB", "redis://cache:6379?near=tracking");
    }

    static void overMemcached() {
        Larder larder = Larder.open("memory:256MiB", "memcached://cache1,cache2,cache3");
    }

    static void overSql() {
        Larder larder = Larder.open("memory:256MiB", "jdbc:postgresql://db/shop?user=cache&password=secret");
    }

    static void threeTiers() {
        Larder larder = Larder.open("memory:64MiB", "file:/var/cache/shop", "redis://cache:6379");
    }

    static void overFiles() {
        Larder larder = Larder.open("memory:64MiB", "file:/var/cache/shop?maxBytes=1GiB");
    }

    static void strategies(CacheBuilder<Long, Product> cache, Catalogue catalogue, Transactions springTransactions) {
        cache.loader(catalogue::product);
        cache.writer(catalogue::save);
        cache.timeToLive(Duration.ofMinutes(10)).jitter(0.2);
        cache.timeToLive(Duration.ofMinutes(1)).staleWhileRevalidate(Duration.ofMinutes(5));
        cache.timeToLive(Duration.ofMinutes(10)).refreshAhead(0.8);
        cache.staleIfError(Duration.ofHours(6));
        cache.bulkLoader(catalogue::products);
        cache.transactions(springTransactions);
    }

    static void timesOfOneEntry(CacheBuilder<Long, Offer> cache, Offers offers) {
        cache.entryLoader(key -> {
            Offer offer = offers.current(key);
            return Loaded.of(offer).timeToLive(offer.remaining());
        });
    }

    static void tags(Larder larder, Offers catalogue) {
        Cache<Long, Offer> offers = larder.cache("offers", Long.class, Offer.class)
                .tags((id, offer) -> List.of("brand:" + offer.brand(), "store:" + offer.store()))
                .loader(catalogue::current)
                .build();

        offers.removeTag("brand:7");
        offers.staleTag("store:170");
    }

    static void calls(Larder larder, Cache<Long, Product> products, Catalogue catalogue, Prices prices) {
        RebuildReport report = products.rebuild(catalogue.stream(), Product::id);
        Function<Long, @Nullable Price> price = larder.memoize(prices::compute);
        CompletableFuture<@Nullable Product> future = products.async().get(17L);
    }

    static void counters(Cache<Long, Product> products) {
        CacheStats before = products.stats();
        CacheStats now = products.stats().since(before);
    }

    static void listeners(Larder larder) {
        larder.cache("products", Long.class, Product.class).listener(new CacheListener<Long, Product>() {
            @Override
            public void onRemoval(Long key, @Nullable Product value, RemovalCause cause) {}
        });
    }

    static void fakeTime() {
        FakeTicker ticker = new FakeTicker();
        ManualScheduler scheduler = new ManualScheduler(ticker);
        FakeOrigin<Long, String> origin = new FakeOrigin<>();
        Larder larder = Larder.builder().ticker(ticker).scheduler(scheduler).open();
        Cache<Long, String> cache = larder.cache("names", Long.class, String.class)
                .timeToLive(Duration.ofMinutes(1))
                .jitter(0)
                .loader(origin)
                .build();

        origin.set(17L, "oats");
        cache.get(17L);
        ticker.advance(Duration.ofMinutes(1));
    }

    static void twoProcesses(FakeTicker ticker) {
        InMemoryServer server = new InMemoryServer(ticker);
        FaultyTier between = new FaultyTier(server.connect("one"));
        Larder one = Larder.builder()
                .tiers("memory:16MiB")
                .farTier(between)
                .ticker(ticker)
                .open();
        Larder two = Larder.builder()
                .tiers("memory:16MiB")
                .farTier(server.connect("two"))
                .ticker(ticker)
                .open();

        between.inflict(FaultyTier.Fault.FAIL);
        between.heal();
    }

    /** The shapes that the guide names in prose. */
    record Named(
            Loader<Long, Product> loader,
            EntryLoader<Long, Product> entryLoader,
            BulkLoader<Long, Product> bulkLoader) {}
}
