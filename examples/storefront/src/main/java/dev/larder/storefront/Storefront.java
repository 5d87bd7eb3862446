package dev.larder.storefront;

import com.sun.net.httpserver.HttpServer;
import dev.larder.Larder;
import dev.larder.failure.TierException;
import dev.larder.storefront.StartException.Obstacle;
import dev.larder.storefront.database.DatabaseException;
import dev.larder.storefront.database.Progress;
import dev.larder.storefront.database.ShopDatabase;
import dev.larder.storefront.generator.Sizes;
import dev.larder.storefront.herd.Herd;
import dev.larder.storefront.meter.CountingDataSource;
import dev.larder.storefront.shop.Origin;
import dev.larder.storefront.shop.Shop;
import dev.larder.storefront.status.HerdBoard;
import dev.larder.storefront.status.History;
import dev.larder.storefront.status.Latency;
import dev.larder.storefront.status.StatusReport;
import dev.larder.storefront.status.Surroundings;
import dev.larder.storefront.web.ShopServer;
import dev.larder.tier.TierUri;
import dev.larder.time.Scheduler;
import dev.larder.time.Ticker;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A running shop: its web server, its caches and its database. {@link #open} checks what is quick to check first, so that
 * nobody waits for a database to be filled only to learn that the port is taken. Thread-safe.
 */
public final class Storefront implements AutoCloseable {
    private static final Duration PING_TIMEOUT = Duration.ofSeconds(3);
    /** Connections that wait to be accepted. */
    private static final int BACKLOG = 1_024;

    private final ShopDatabase database;
    private final Shop shop;
    private final ShopServer server;
    private final Scheduler scheduler;
    private final ExecutorService executor;
    private final String url;
    private boolean closed;

    static {
        // Read by the JDK's server when it is first used: no waiting for full packets, and no endless connections.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("jdk.httpserver.maxConnections", "8192");
        System.setProperty("sun.net.httpserver.maxReqTime", "30");
        System.setProperty("sun.net.httpserver.maxRspTime", "120");
    }

    private Storefront(StorefrontOptions options, HttpServer http, ShopDatabase database) {
        this.database = database;
        scheduler = Scheduler.system("shop-timer");
        executor = Executors.newVirtualThreadPerTaskExecutor();
        url = "http://127.0.0.1:" + http.getAddress().getPort();
        CountingDataSource source = new CountingDataSource(database.dataSource());
        Sizes sizes = database.sizes();
        shop = new Shop(() -> larder(options), Origin.in(source, sizes), options.strategy(), scheduler, executor);
        Latency latency = new Latency();
        History history = new History(shop, source, latency, Ticker.system());
        history.start(scheduler);
        Surroundings surroundings = new Surroundings(
                url,
                options.instances().isEmpty() ? List.of(url) : options.instances(),
                shown(options.tiers()),
                options.database().shown());
        server = new ShopServer(
                http,
                new StatusReport.Sources(shop, sizes, source, latency, history, new HerdBoard(), surroundings),
                new Herd(shop, source, scheduler));
    }

    /**
     * Opens a shop and returns when it answers. Blocks, for long where the database must be filled.
     *
     * @throws StartException if it cannot start; nothing is left open
     */
    public static Storefront open(StorefrontOptions options, Progress progress) {
        HttpServer http = bind(options.port());
        try {
            checkTiers(options);
            ShopDatabase database = database(options, progress);
            try {
                Storefront storefront = new Storefront(options, http, database);
                storefront.server.start();
                return storefront;
            } catch (RuntimeException e) {
                database.close();
                throw e;
            }
        } catch (RuntimeException e) {
            http.stop(0);
            throw e;
        }
    }

    /** Where it listens, without a slash at the end. */
    public String url() {
        return url;
    }

    /** What its database holds. */
    public Sizes sizes() {
        return database.sizes();
    }

    /** The tiers of {@code options} without passwords. */
    public static List<String> shown(List<String> tiers) {
        return tiers.stream().map(tier -> TierUri.parse(tier).toString()).toList();
    }

    /** Lets other processes of this machine open the same database; see {@link ShopDatabase#share}. */
    public String shareDatabase() {
        return database.share();
    }

    /** Ends requests, writes what is left and closes everything. Idempotent. */
    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        server.close();
        scheduler.close();
        shop.close();
        executor.shutdownNow();
        database.close();
    }

    private static HttpServer bind(int port) {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
        } catch (IOException e) {
            throw new StartException(
                    Obstacle.PORT,
                    "port " + port + " of 127.0.0.1 cannot be opened (" + e.getMessage()
                            + "); stop the program that has it, or name another with --port",
                    e);
        }
    }

    /**
     * Opens the tiers of {@code options}, asks each whether it answers, and closes them again.
     *
     * @throws StartException if one is named wrongly, does not answer, or does not let the shop in
     */
    public static void checkTiers(StorefrontOptions options) {
        try (Larder larder = larder(options)) {
            larder.ping(PING_TIMEOUT);
        } catch (IllegalArgumentException | TierException e) {
            throw new StartException(Obstacle.TIER, String.valueOf(e.getMessage()), e);
        }
    }

    private static Larder larder(StorefrontOptions options) {
        return Larder.builder()
                .tiers(options.tiers().toArray(String[]::new))
                .namespace("larder-demo")
                .open();
    }

    private static ShopDatabase database(StorefrontOptions options, Progress progress) {
        try {
            return ShopDatabase.open(options.database(), options.sizes(), progress);
        } catch (DatabaseException e) {
            throw new StartException(Obstacle.DATABASE, String.valueOf(e.getMessage()), e);
        }
    }
}
