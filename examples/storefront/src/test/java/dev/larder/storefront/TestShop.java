package dev.larder.storefront;

import dev.larder.storefront.database.DatabasePlace;
import dev.larder.storefront.database.Progress;
import dev.larder.storefront.generator.Sizes;
import dev.larder.storefront.shop.Strategy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A small shop on a free port, and a client that talks to it. */
public final class TestShop implements AutoCloseable {
    /** Enough for every category to have products and every region stores. */
    public static final Sizes SIZES = new Sizes(240, 20);

    /** The first article number. */
    public static final long ARTICLE = 1_000_003;

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Storefront storefront;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    private TestShop(Storefront storefront) {
        this.storefront = storefront;
    }

    /** A shop with its database file in {@code directory}. */
    public static TestShop in(Path directory) {
        return open(DatabasePlace.in(directory), List.of("memory:16MiB"), Strategy.WRITE_THROUGH);
    }

    public static TestShop open(DatabasePlace place, List<String> tiers, Strategy strategy) {
        return new TestShop(
                Storefront.open(new StorefrontOptions(0, tiers, place, SIZES, strategy, List.of()), Progress.silent()));
    }

    /** A shop in the same process, on the database of {@code other} as another process would have it. */
    public static TestShop beside(TestShop other, List<String> tiers) {
        return open(DatabasePlace.at(other.storefront.shareDatabase()), tiers, Strategy.WRITE_THROUGH);
    }

    public String url() {
        return storefront.url();
    }

    public HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(URI.create(url() + path)).GET());
    }

    /** The page at {@code path}, which must be there. */
    public String page(String path) {
        HttpResponse<String> response = get(path);
        if (response.statusCode() != 200) {
            throw new AssertionError(path + " answered " + response.statusCode() + ": " + response.body());
        }
        return response.body();
    }

    public HttpResponse<String> post(String path, Map<String, String> form) {
        return send(formTo(path, form));
    }

    /** As a browser posts a form of the site {@code origin}. */
    public HttpResponse<String> postFrom(String origin, String path, Map<String, String> form) {
        return send(formTo(path, form).header("Origin", origin));
    }

    public JsonNode status() {
        return JsonMapper.builder().build().readTree(page("/status.json"));
    }

    /** The SQL statements that the page at {@code path} caused, as its panel says. */
    public int sqlOf(String path) {
        return figure(page(path), "sql");
    }

    /** A figure of the panel of {@code page}. */
    public static int figure(String page, String name) {
        Matcher matcher = Pattern.compile("id=\"panel-" + name + "\">(\\d+)<").matcher(page);
        if (!matcher.find()) {
            throw new AssertionError("the panel has no figure '" + name + "'");
        }
        return Integer.parseInt(matcher.group(1));
    }

    /** What the product page says a store has. */
    public static int stockOf(String page, int store) {
        Matcher matcher = Pattern.compile("id=\"store-" + store + "\"[^>]*>.*?<b>(\\d+)</b>")
                .matcher(page);
        if (!matcher.find()) {
            throw new AssertionError("the page has no store " + store);
        }
        return Integer.parseInt(matcher.group(1));
    }

    private HttpRequest.Builder formTo(String path, Map<String, String> form) {
        String body = form.entrySet().stream()
                .map(field -> encode(field.getKey()) + "=" + encode(field.getValue()))
                .collect(Collectors.joining("&"));
        return HttpRequest.newBuilder(URI.create(url() + path))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(
                    request.timeout(PATIENCE).build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        client.close();
        storefront.close();
    }
}
