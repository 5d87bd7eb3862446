package dev.larder.storefront.shop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.Larder;
import dev.larder.storefront.catalogue.EditConflictException;
import dev.larder.storefront.catalogue.Product;
import dev.larder.storefront.catalogue.Stock;
import dev.larder.storefront.catalogue.StockKey;
import dev.larder.storefront.catalogue.TopViewed;
import dev.larder.storefront.database.DatabasePlace;
import dev.larder.storefront.database.Progress;
import dev.larder.storefront.database.ShopDatabase;
import dev.larder.storefront.generator.Sizes;
import dev.larder.storefront.herd.Herd;
import dev.larder.storefront.herd.HerdReport;
import dev.larder.storefront.meter.CountingDataSource;
import dev.larder.storefront.meter.Meter;
import dev.larder.time.Scheduler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ShopTest {
    private static final Sizes SIZES = new Sizes(240, 20);
    private static final long ARTICLE = 1_000_003;

    @TempDir
    static Path directory;

    private static ShopDatabase database;
    private final Scheduler scheduler = Scheduler.system("shop-test");
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private CountingDataSource source;
    private Shop shop;

    @BeforeAll
    static void fill() {
        database = ShopDatabase.open(DatabasePlace.in(directory), SIZES, Progress.silent());
    }

    @AfterAll
    static void closeDatabase() {
        database.close();
    }

    @BeforeEach
    void open() {
        source = new CountingDataSource(database.dataSource());
        shop = new Shop(
                () -> Larder.open("memory:16MiB"),
                Origin.in(source, SIZES),
                Strategy.WRITE_THROUGH,
                scheduler,
                executor);
    }

    @AfterEach
    void close() {
        shop.close();
        scheduler.close();
        executor.shutdownNow();
    }

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void everyStrategyShowsWhatTheDatabaseHolds(Strategy strategy) {
        shop.switchTo(strategy);

        for (int round = 0; round < 2; round++) {
            Product product = product();
            assertThat(shop.stock(product)).hasSize(20);
            assertThat(shop.stores().all()).hasSize(20);
            assertThat(shop.categories().path(product.category())).hasSize(3);
            assertThat(shop.inCategory(product.category()).numbers()).contains(ARTICLE);
            assertThat(shop.products(List.of(ARTICLE, 5L))).containsExactly(product);
            assertThat(shop.search(Long.toString(ARTICLE)).numbers()).containsExactly(ARTICLE);
            assertThat(shop.top().products()).hasSize(TopViewed.LENGTH);
            assertThat(shop.product(5)).isNull();
        }
    }

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void everyStrategyShowsAChangeAtOnce(Strategy strategy) throws EditConflictException {
        shop.switchTo(strategy);
        Product before = product();
        StockKey key = new StockKey(ARTICLE, before.unit(), 7);
        shop.stock(before);

        shop.save(before.edited("Name under " + strategy, before.priceCents() + 1));
        shop.save(key, new Stock(4_000 + strategy.ordinal(), 3));

        assertThat(product().name()).isEqualTo("Name under " + strategy);
        assertThat(shop.stock(product()).get(6).stock()).isEqualTo(new Stock(4_000 + strategy.ordinal(), 3));
        assertThat(shop.search("under " + strategy).numbers()).containsExactly(ARTICLE);
    }

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void editOfAnOldVersionIsRefusedAndTheNewestIsShown(Strategy strategy) throws EditConflictException {
        shop.switchTo(strategy);
        Product old = product();
        shop.save(old.edited("The first edit of " + strategy, 100));

        assertThatThrownBy(() -> shop.save(old.edited("The second edit", 200)))
                .isInstanceOf(EditConflictException.class);
        assertThat(product().name()).isEqualTo("The first edit of " + strategy);
    }

    @Test
    void secondReadOfAPageNeedsNoSql() {
        shop.stock(product());

        Meter meter = new Meter();
        List<StoreStock> stock = meter.during(() -> shop.stock(product()));

        assertThat(stock).hasSize(20);
        assertThat(meter.sqlStatements()).isZero();
        assertThat(meter.loads()).isZero();
        assertThat(meter.cacheCalls()).isEqualTo(3);
    }

    @Test
    void stockOfAllStoresIsOneStatement() {
        Product product = product();
        shop.stores();

        Meter meter = new Meter();
        meter.during(() -> shop.stock(product));

        assertThat(meter.sqlStatements()).isEqualTo(1);
        assertThat(meter.loads()).isEqualTo(20);
    }

    @Test
    void withoutACacheEveryReadIsAStatement() {
        shop.switchTo(Strategy.NO_CACHE);

        Meter meter = new Meter();
        meter.during(() -> {
            product();
            return product();
        });

        assertThat(meter.sqlStatements()).isEqualTo(2);
        assertThat(meter.cacheCalls()).isZero();
    }

    @Test
    void changeOfAnotherStrategyIsSeenAfterTheSwitchBack() throws EditConflictException {
        Product before = product();
        shop.switchTo(Strategy.NO_CACHE);
        shop.save(product().edited("Changed without a cache", 1));

        shop.switchTo(Strategy.WRITE_THROUGH);

        assertThat(product().name()).isEqualTo("Changed without a cache").isNotEqualTo(before.name());
    }

    @Test
    void countersGoOnOverASwitch() {
        product();
        product();

        shop.switchTo(Strategy.LAZY);

        assertThat(shop.stats()).hasEntrySatisfying("products", products -> {
            assertThat(products.hits()).isEqualTo(1);
            assertThat(products.loads()).isEqualTo(1);
        });
    }

    @ParameterizedTest
    @EnumSource(Strategy.class)
    void viewsAreWrittenThroughTheListOfTheMostViewed(Strategy strategy) {
        shop.switchTo(strategy);
        TopViewed before = shop.top();
        long least = before.products().getLast().article();
        long views = before.products().getFirst().views() + 1_000;

        Product product = shop.products(List.of(least)).getFirst();
        for (long view = 0; view < views; view++) {
            shop.viewed(product);
        }
        shop.writeViews();

        assertThat(shop.top().products().getFirst().article()).isEqualTo(least);
        shop.switchTo(Strategy.NO_CACHE);
        assertThat(shop.top().products().getFirst().article()).isEqualTo(least);
    }

    @Test
    void viewsOfTwoProcessesAreAllKept() {
        try (Shop other = new Shop(
                () -> Larder.open("memory:16MiB"),
                Origin.in(source, SIZES),
                Strategy.WRITE_THROUGH,
                scheduler,
                executor)) {
            long article = shop.top().products().getFirst().article();
            long before = shop.top().products().getFirst().views();
            Product product = shop.products(List.of(article)).getFirst();
            other.top();

            shop.viewed(product);
            shop.writeViews();
            other.viewed(product);
            other.writeViews();

            assertThat(other.top().products().getFirst().views()).isEqualTo(before + 2);
        }
    }

    @Test
    void rebuildPutsEveryStockIntoTheCache() {
        Product product = product();
        assertThat(shop.startRebuild()).isTrue();
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> !shop.rebuildState().running());

        assertThat(shop.rebuildState().phase()).isEqualTo(RebuildState.Phase.DONE);
        assertThat(shop.rebuildState().rows()).isEqualTo(SIZES.stockRows());
        Meter meter = new Meter();
        shop.stores();
        meter.during(() -> shop.stock(product));
        assertThat(meter.sqlStatements()).isZero();
    }

    @Test
    void herdWithProtectionIsOneStatement() throws InterruptedException {
        HerdReport report = new Herd(shop, source, scheduler).withProtection(ARTICLE, 1_000);

        assertThat(report.sqlStatements()).isEqualTo(1);
        assertThat(report.failures()).isZero();
    }

    @Test
    void herdWithoutProtectionIsAStatementEach() throws InterruptedException {
        HerdReport report = new Herd(shop, source, scheduler).withoutProtection(ARTICLE, 100);

        assertThat(report.sqlStatements()).isEqualTo(100);
        assertThat(report.failures()).isZero();
    }

    @Test
    void databaseThatIsGoneIsAShopException(@TempDir Path elsewhere) {
        ShopDatabase gone = ShopDatabase.open(DatabasePlace.in(elsewhere), new Sizes(10, 2), Progress.silent());
        try (Shop orphan = new Shop(
                () -> Larder.open("memory:1MiB"),
                Origin.in(gone.dataSource(), gone.sizes()),
                Strategy.LAZY,
                scheduler,
                executor)) {
            gone.close();

            assertThatThrownBy(() -> orphan.product(ARTICLE)).isInstanceOf(ShopException.class);
        }
    }

    private Product product() {
        Product product = shop.product(ARTICLE);
        if (product == null) {
            throw new AssertionError("article " + ARTICLE + " is missing");
        }
        return product;
    }
}
