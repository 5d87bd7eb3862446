package dev.larder.storefront;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import dev.larder.storefront.database.DatabasePlace;
import dev.larder.storefront.shop.Strategy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shop as people meet it: two instances over one database and one Redis, in a real browser. */
@Tag("e2e")
class StorefrontIT {
    private static final String PRODUCT = "/product/" + TestShop.ARTICLE;

    @TempDir
    static Path directory;

    private static RedisServer redis;
    private static TestShop first;
    private static TestShop second;
    private static Browser browser;
    private final List<String> errors = new ArrayList<>();
    private Page page;

    @BeforeAll
    static void open() throws IOException {
        redis = RedisServer.start(Files.createDirectory(directory.resolve("redis")));
        List<String> tiers = List.of("memory:16MiB", redis.uri());
        first = TestShop.open(DatabasePlace.in(directory.resolve("data")), tiers, Strategy.WRITE_THROUGH);
        second = TestShop.beside(first, tiers);
        browser = new Browser();
    }

    @AfterAll
    static void close() {
        browser.close();
        second.close();
        first.close();
        redis.close();
    }

    @BeforeEach
    void newPage() {
        page = browser.page(1280, 900, errors);
    }

    @AfterEach
    void noErrorsOnThePage() {
        page.close();

        assertThat(errors).isEmpty();
    }

    @Test
    void shopperFindsAProductByTheCategoryTree() {
        page.navigate(first.url());
        page.click(".departments .head >> nth=0");
        page.click(".departments p a >> nth=0");
        page.click(".card a >> nth=0");

        assertThat(page.url()).contains("/product/");
        assertThat(page.locator(".trail a").count()).isEqualTo(4);
        assertThat(page.locator(".stock li").count()).isEqualTo(TestShop.SIZES.stores());
    }

    @Test
    void shopperFindsAProductByItsNumber() {
        page.navigate(first.url());
        page.fill("input[name=q]", Long.toString(TestShop.ARTICLE));
        page.click(".find button");
        page.click(".card a");

        assertThat(page.url()).endsWith(PRODUCT);
    }

    @Test
    void editInOneInstanceIsSeenInTheOther() {
        page.navigate(second.url() + PRODUCT);
        page.navigate(first.url() + PRODUCT);
        page.click("summary >> nth=0");
        page.fill("input[name=name]", "Edited in the first instance");
        page.fill("input[name=price]", "4.20");
        page.click("form[action$=edit] button");
        assertThat(page.locator(".news").textContent()).isEqualTo("Saved.");

        Awaitility.await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            page.navigate(second.url() + PRODUCT);
            assertThat(page.locator("h1").textContent()).isEqualTo("Edited in the first instance");
            assertThat(page.locator("p.price").textContent()).contains("4.20");
        });
    }

    @Test
    void stockChangedInOneInstanceIsSeenInTheOther() {
        page.navigate(first.url() + PRODUCT);
        page.navigate(second.url() + PRODUCT);
        page.click("summary >> nth=1");
        page.selectOption("select[name=store]", "4");
        page.fill("input[name=quantity]", "4321");
        page.click("form[action$=stock] button");

        Awaitility.await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            page.navigate(first.url() + PRODUCT);
            assertThat(page.locator("#store-4 b").textContent()).isEqualTo("4321");
        });
    }

    @Test
    void valueLoadedByOneInstanceIsNoSqlForTheOther() {
        String product = "/product/" + (TestShop.ARTICLE + 37 * 9);
        page.navigate(first.url() + product);

        page.navigate(second.url() + product);

        assertThat(page.locator("#panel-sql").textContent()).isEqualTo("0");
    }

    @Test
    void shopIsReadWhileTheCatalogueIsRebuilt() {
        page.navigate(first.url() + "/status");
        page.click("form[action='/rebuild'] button");

        Page shopper = browser.page(1280, 900, errors);
        do {
            shopper.navigate(second.url() + PRODUCT);
            assertThat(shopper.locator(".stock li").count()).isEqualTo(TestShop.SIZES.stores());
        } while (!page.locator("#rebuild-state").getAttribute("data-phase").matches("DONE|FAILED"));

        assertThat(page.locator("#rebuild-state").getAttribute("data-phase")).isEqualTo("DONE");
        shopper.navigate(first.url() + PRODUCT);
        assertThat(shopper.locator("#panel-sql").textContent()).isEqualTo("0");
        shopper.close();
    }

    @Test
    void herdIsOneStatementThroughLarderAndMoreWithout() {
        page.navigate(first.url() + "/status");
        page.click("text=Send without protection");
        page.waitForSelector("#herd-without b");
        page.click("text=Send through Larder");
        page.waitForSelector("#herd-with b");

        assertThat(page.locator("#herd-with b").textContent()).isEqualTo("1");
        assertThat(Integer.parseInt(page.locator("#herd-without b").textContent()))
                .isGreaterThan(500);
    }

    @Test
    void chartsAreDrawnAndMoveOn() {
        page.navigate(first.url() + "/status");
        first.page(PRODUCT);

        Awaitility.await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(page.locator("#now-requests").textContent()).isNotEmpty();
            for (String chart : List.of("ratio", "sql", "requests", "latency")) {
                assertThat(painted("chart-" + chart)).as(chart).isPositive();
            }
        });
        assertThat(page.locator("#up").textContent()).startsWith("up ");
    }

    @Test
    void strategyIsSwitchedByAClick() {
        page.navigate(second.url() + "/status");
        page.check("input[value='no-cache']");
        page.click(".strategies button");
        assertThat(page.locator(".strategies .on b").textContent()).isEqualTo("No cache");
        page.navigate(second.url() + PRODUCT);
        assertThat(Integer.parseInt(page.locator("#panel-sql").textContent())).isGreaterThan(2);

        page.navigate(second.url() + "/status");
        page.check("input[value='write-through']");
        page.click(".strategies button");
        assertThat(page.locator(".strategies .on b").textContent()).isEqualTo("Write-through");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/category/1", "/category/3", PRODUCT_PATH, "/search?q=a", "/top", "/status"})
    void pageFitsAPhone(String path) {
        Page phone = browser.page(390, 844, errors);
        phone.navigate(first.url() + path);

        Number overhang =
                (Number) phone.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth");
        phone.close();

        assertThat(overhang.intValue()).isZero();
    }

    private static final String PRODUCT_PATH = "/product/1000003";

    /** How many pixels of the canvas are painted. */
    private int painted(String canvas) {
        Locator locator = page.locator("#" + canvas);
        return ((Number)
                        locator.evaluate(
                                "canvas => canvas.getContext('2d')"
                                        + ".getImageData(0, 0, canvas.width, canvas.height).data.filter((v, i) => i % 4 === 3 && v).length"))
                .intValue();
    }
}
