package dev.larder.storefront.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.storefront.TestShop;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ShopServerTest {
    private static final long ARTICLE = TestShop.ARTICLE;
    private static final String PRODUCT = "/product/" + ARTICLE;

    @TempDir
    static Path directory;

    private static TestShop shop;

    @BeforeAll
    static void open() {
        shop = TestShop.in(directory);
    }

    @AfterAll
    static void close() {
        shop.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/category/1",
                "/category/2",
                "/category/3",
                PRODUCT,
                "/search",
                "/search?q=a",
                "/top",
                "/status"
            })
    void pageIsThereAndSafe(String path) {
        HttpResponse<String> response = shop.get(path);

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Content-Security-Policy").orElse(""))
                .startsWith("default-src 'self'");
        assertThat(response.body()).startsWith("<!doctype html>").contains("This page took");
    }

    @ParameterizedTest
    @CsvSource({
        "/nope,404",
        "/product/5,404",
        "/product/abc,400",
        "/product/-1,400",
        "/product/9999999999999999999999,400",
        "/product/%00,400",
        "/product/1%2e5,400",
        "/category/0,404",
        "/category/x,400",
        "/static/../shop.css,404",
        "/static/passwd,404",
        "/rebuild,405",
        "/product/1000003/edit,405"
    })
    void badAddressGetsAPageThatSaysSo(String path, int status) {
        HttpResponse<String> response = shop.get(path);

        assertThat(response.statusCode()).isEqualTo(status);
        assertThat(response.body()).contains("Back to the departments").doesNotContain("Exception");
    }

    @Test
    void whatIsSearchedForIsEscaped() {
        String page = shop.page("/search?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E%22%27");

        assertThat(page).doesNotContain("<script>alert").contains("&lt;script&gt;alert");
    }

    @Test
    void wildcardsOfSqlAreLookedForAsTheyStand() {
        assertThat(shop.page("/search?q=70+%25")).contains("70 %");
        assertThat(shop.page("/search?q=7%250")).contains("Nothing found");
        assertThat(shop.page("/search?q=_")).contains("Nothing found");
    }

    @Test
    void searchTakesEveryWordInAnyCase() {
        String name = nameOf(shop.page(PRODUCT));
        String query = name.replaceAll("[^A-Za-z]+", "+").toUpperCase(java.util.Locale.ROOT);

        assertThat(shop.page("/search?q=" + query)).contains(Long.toString(ARTICLE));
    }

    @Test
    void searchThatIsTooLongIsRefused() {
        assertThat(shop.get("/search?q=" + "x".repeat(81)).statusCode()).isEqualTo(400);
        assertThat(shop.get("/search?q=" + "x".repeat(3_000)).statusCode()).isEqualTo(414);
    }

    @Test
    void savedEditIsOnTheNextPage() {
        HttpResponse<String> saved = edit("Spade & <b>Fork</b>", "12,5", version());

        assertThat(saved.statusCode()).isEqualTo(303);
        assertThat(saved.headers().firstValue("Location")).contains(PRODUCT + "?saved");
        assertThat(shop.page(PRODUCT))
                .contains("Spade &amp; &lt;b&gt;Fork&lt;/b&gt;")
                .contains("12.50");
        assertThat(shop.sqlOf(PRODUCT)).isZero();
    }

    @Test
    void editOfAnOldVersionIsAConflictThatShowsTheNewest() {
        int version = version();
        edit("Edited first", "1.00", version);

        HttpResponse<String> second = edit("Edited second", "2.00", version);

        assertThat(second.statusCode()).isEqualTo(409);
        assertThat(second.body()).contains("Not saved").contains("Edited first");
    }

    @ParameterizedTest
    @CsvSource({"'',1.00", "' ',1.00", "name,", "name,-1", "name,1.234", "name,99999999", "name,1e3"})
    void badEditIsRefusedByField(String name, String price) {
        HttpResponse<String> response = edit(name, price == null ? "" : price, version());

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("The field ");
    }

    @Test
    void savedStockIsOnTheNextPage() {
        HttpResponse<String> saved = shop.post(PRODUCT + "/stock", Map.of("store", "3", "quantity", "777"));

        assertThat(saved.statusCode()).isEqualTo(303);
        assertThat(TestShop.stockOf(shop.page(PRODUCT), 3)).isEqualTo(777);
    }

    @ParameterizedTest
    @CsvSource({"3,-1,400", "3,x,400", "3,1000001,400", "0,1,400", "21,1,404", "3,,400"})
    void badStockIsRefused(String store, String quantity, int status) {
        HttpResponse<String> response =
                shop.post(PRODUCT + "/stock", Map.of("store", store, "quantity", quantity == null ? "" : quantity));

        assertThat(response.statusCode()).isEqualTo(status);
    }

    @Test
    void formOfAnotherSiteIsRefused() {
        Map<String, String> form = Map.of("strategy", "lazy");

        assertThat(shop.postFrom("http://evil.example", "/status/strategy", form)
                        .statusCode())
                .isEqualTo(403);
        assertThat(shop.postFrom("null", "/rebuild", Map.of()).statusCode()).isEqualTo(403);
        assertThat(shop.postFrom(shop.url(), "/status/strategy", Map.of("strategy", "write-through"))
                        .statusCode())
                .isEqualTo(303);
    }

    @Test
    void formThatIsTooLongIsRefused() {
        assertThat(edit("x".repeat(9_000), "1", 1).statusCode()).isEqualTo(413);
    }

    @Test
    void unknownStrategyIsRefusedWithTheKnownOnes() {
        HttpResponse<String> response = shop.post("/status/strategy", Map.of("strategy", "magic"));

        assertThat(response.statusCode()).isEqualTo(400);
        assertThat(response.body()).contains("stale-while-revalidate");
    }

    @Test
    void panelShowsLoadsFirstAndHitsThen() {
        String path = "/product/" + (ARTICLE + 37 * 5);

        String first = shop.page(path);
        String second = shop.page(path);
        for (int tries = 0; tries < 100 && !second.contains("panel-hits"); tries++) {
            second = shop.page(path); // the request before had answered but was not over
        }

        assertThat(TestShop.figure(first, "sql")).isPositive();
        assertThat(TestShop.figure(first, "loads")).isGreaterThanOrEqualTo(20);
        assertThat(TestShop.figure(second, "sql")).isZero();
        assertThat(TestShop.figure(second, "hits")).isGreaterThanOrEqualTo(23);
        assertThat(TestShop.figure(second, "misses")).isZero();
        assertThat(TestShop.figure(second, "calls")).isEqualTo(4);
    }

    @Test
    void statusInJsonHasWhatIsPromised() {
        shop.page(PRODUCT);

        JsonNode status = shop.status();

        assertThat(status.get("products").asLong()).isEqualTo(240);
        assertThat(status.get("stores").asLong()).isEqualTo(20);
        assertThat(status.get("stockRows").asLong()).isEqualTo(4_800);
        assertThat(status.get("sqlStatements").asLong()).isPositive();
        for (JsonNode cache : status.get("caches")) {
            assertThat(cache.propertyNames()).contains("hits", "staleHits", "misses", "loads");
        }
        assertThat(status.get("caches").get("stock").get("loads").asLong()).isPositive();
    }

    @Test
    void herdsAreReportedOnTheStatusPage() {
        assertThat(shop.post("/herd", Map.of("protection", "with")).statusCode())
                .isEqualTo(303);
        assertThat(shop.post("/herd", Map.of("protection", "maybe")).statusCode())
                .isEqualTo(400);

        assertThat(shop.status().get("herdWithProtection").get("sqlStatements").asInt())
                .isEqualTo(1);
    }

    @Test
    void styleIsKeptForEverUnderTheAddressOfItsContent() {
        Matcher style =
                Pattern.compile("href=\"(/static/shop\\.css\\?[0-9a-f]+)\"").matcher(shop.page("/"));
        assertThat(style.find()).isTrue();

        HttpResponse<String> response = shop.get(style.group(1));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("Cache-Control").orElse("")).contains("immutable");
    }

    private static HttpResponse<String> edit(String name, String price, int version) {
        return shop.post(PRODUCT + "/edit", Map.of("name", name, "price", price, "version", Integer.toString(version)));
    }

    private static int version() {
        return Integer.parseInt(found(shop.page(PRODUCT), "name=\"version\" value=\"(\\d+)\""));
    }

    private static String nameOf(String page) {
        return found(page, "<h1>([^<]+)</h1>").replace("&amp;", "&");
    }

    private static String found(String page, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(page);
        assertThat(matcher.find()).as(pattern).isTrue();
        return matcher.group(1);
    }
}
