package dev.larder.benchmarks.shop;

import dev.larder.benchmarks.process.Children;
import dev.larder.benchmarks.process.RedisServer;
import dev.larder.benchmarks.process.Waiting;
import dev.larder.benchmarks.report.RunOptions;
import dev.larder.storefront.generator.Sizes;
import dev.larder.time.Ticker;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The shop of one {@link Scene}, started by {@code bin/larder demo} as a user would. For one thread. */
final class ShopProcesses implements AutoCloseable {
    private static final Duration START_TIMEOUT = Duration.ofMinutes(10);
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);
    private static final long POLL_NANOS = 200_000_000;
    private static final String NEAR_TIER = "memory:512MiB";

    private final Process process;
    private final List<Integer> ports;
    private final Path log;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(CALL_TIMEOUT).build();

    private ShopProcesses(Process process, List<Integer> ports, Path log) {
        this.process = process;
        this.ports = ports;
        this.log = log;
    }

    /** Starts the shop and waits until every instance serves; the first start makes the data. */
    static ShopProcesses start(Scene scene, Sizes sizes, Path data, RedisServer redis)
            throws IOException, InterruptedException {
        int port = freePorts(scene.instances());
        Path log = Files.createTempFile("larder-bench-shop", ".log");
        String tiers = scene.redis() ? NEAR_TIER + "," + redis.uri() : NEAR_TIER;
        List<String> command = List.of(
                RunOptions.root().resolve("bin/larder").toString(),
                "demo",
                "--port=" + port,
                "--data=" + data,
                "--tiers=" + tiers,
                "--instances=" + scene.instances(),
                "--products=" + sizes.products(),
                "--stores=" + sizes.stores(),
                "--strategy=" + scene.strategy().id());
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("LARDER_JAVA_OPTS", "-Xmx2g");
        List<Integer> ports =
                IntStream.range(port, port + scene.instances()).boxed().toList();
        ShopProcesses shop = new ShopProcesses(Children.adopt(builder.start()), ports, log);
        shop.awaitAll(scene);
        return shop;
    }

    /** Where the page of {@code article} is. */
    static String pathOf(long article) {
        return "/product/" + article;
    }

    List<Integer> ports() {
        return ports;
    }

    /** What all instances counted since they started. */
    Counters counters() throws IOException, InterruptedException {
        Counters sum = new Counters(0, 0, 0);
        for (int port : ports) {
            sum = sum.plus(Counters.of(status(port)));
        }
        return sum;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static int freePorts(int count) throws IOException {
        while (true) {
            int port = RedisServer.freePort();
            List<Integer> others = new ArrayList<>();
            for (int next = port + 1; next < port + count && RedisServer.isFree(next); next++) {
                others.add(next);
            }
            if (others.size() == count - 1) {
                return port;
            }
        }
    }

    private void awaitAll(Scene scene) throws IOException, InterruptedException {
        Ticker ticker = Ticker.system();
        long deadline = ticker.nanos() + START_TIMEOUT.toNanos();
        for (int port : ports) {
            while (!serves(port, scene)) {
                if (!process.isAlive() || ticker.nanos() > deadline) {
                    close();
                    throw new IOException("the shop did not start; " + log + " says why");
                }
                Waiting.until(ticker, ticker.nanos() + POLL_NANOS);
            }
        }
    }

    private boolean serves(int port, Scene scene) throws InterruptedException {
        try {
            return status(port)
                    .path("strategy")
                    .asString("")
                    .equals(scene.strategy().id());
        } catch (IOException e) {
            return false; // not listening yet
        }
    }

    private JsonNode status(int port) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/status.json"))
                .timeout(CALL_TIMEOUT)
                .build();
        return JsonMapper.shared()
                .readTree(client.send(request, HttpResponse.BodyHandlers.ofString())
                        .body());
    }

    /**
     * What the shop counted. Immutable.
     *
     * @param sqlStatements statements sent to the database
     * @param hits cache calls answered by a tier, stale ones included
     * @param misses cache calls that no tier could answer
     */
    record Counters(long sqlStatements, long hits, long misses) {
        static Counters of(JsonNode status) {
            long hits = 0;
            long misses = 0;
            for (JsonNode cache : status.path("caches")) {
                hits += cache.path("hits").asLong();
                misses += cache.path("misses").asLong();
            }
            return new Counters(status.path("sqlStatements").asLong(), hits, misses);
        }

        Counters plus(Counters other) {
            return new Counters(sqlStatements + other.sqlStatements, hits + other.hits, misses + other.misses);
        }

        Counters minus(Counters other) {
            return new Counters(sqlStatements - other.sqlStatements, hits - other.hits, misses - other.misses);
        }

        /** Hits as a share of all calls, in percent. */
        double hitPercent() {
            long calls = hits + misses;
            return calls == 0 ? 0 : 100.0 * hits / calls;
        }
    }
}
