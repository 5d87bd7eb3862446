package dev.larder.storefront.herd;

import dev.larder.storefront.catalogue.Product;
import dev.larder.storefront.meter.Meter;
import dev.larder.storefront.shop.Shop;
import dev.larder.time.Scheduler;
import dev.larder.time.Ticker;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Sends a herd: requests from as many virtual threads, all at once, for a product that is in no cache. Its query holds a
 * connection for {@link #QUERY_TIME} longer than it needs, as in a busy database, and connections are few. One herd at a
 * time. Thread-safe.
 */
public final class Herd {
    /** What a query of a herd takes beyond its own time. */
    public static final Duration QUERY_TIME = Duration.ofMillis(25);

    /** Requests at most. */
    public static final int MAX_REQUESTS = 5_000;

    private static final long LONGEST_SECONDS = 60;

    private final Shop shop;
    private final DataSource source;
    private final Scheduler scheduler;

    public Herd(Shop shop, DataSource source, Scheduler scheduler) {
        this.shop = shop;
        this.source = source;
        this.scheduler = scheduler;
    }

    /** Through the shop's cache: callers that ask for the same product share one load. */
    public synchronized HerdReport withProtection(long article, int requests) throws InterruptedException {
        shop.forget(article);
        return send(requests, () -> shop.product(article, this::slowly));
    }

    /** Through a map as written by hand: look, then query, then keep; all look before the first query is answered. */
    public synchronized HerdReport withoutProtection(long article, int requests) throws InterruptedException {
        ConcurrentMap<Long, Product> map = new ConcurrentHashMap<>();
        CountDownLatch looked = new CountDownLatch(requests);
        return send(requests, () -> {
            Product product = map.get(article);
            looked.countDown();
            looked.await(LONGEST_SECONDS, TimeUnit.SECONDS);
            if (product == null) {
                product = slowly(article);
                if (product != null) {
                    map.put(article, product);
                }
            }
            return product;
        });
    }

    private HerdReport send(int requests, Callable<@Nullable Product> request) throws InterruptedException {
        if (requests < 1 || requests > MAX_REQUESTS) {
            throw new IllegalArgumentException(
                    "a herd must have 1…" + MAX_REQUESTS + " requests but was asked for " + requests);
        }
        Meter meter = new Meter();
        CountDownLatch ready = new CountDownLatch(requests);
        Callable<@Nullable Product> task = () -> {
            ready.countDown();
            ready.await(LONGEST_SECONDS, TimeUnit.SECONDS);
            return meter.during(request::call);
        };
        Ticker ticker = Ticker.system();
        long start = ticker.nanos();
        int failures = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<@Nullable Product>> answers =
                    threads.invokeAll(Collections.nCopies(requests, task), LONGEST_SECONDS, TimeUnit.SECONDS);
            for (Future<@Nullable Product> answer : answers) {
                boolean answered = answer.state() == Future.State.SUCCESS && answer.resultNow() != null;
                failures += answered ? 0 : 1;
            }
        }
        return new HerdReport(
                requests, meter.sqlStatements(), failures, TimeUnit.NANOSECONDS.toMillis(ticker.nanos() - start));
    }

    /** The query of a busy database: it has its connection, and takes its time. */
    private @Nullable Product slowly(long article) throws SQLException, InterruptedException {
        try (Connection connection = source.getConnection();
                PreparedStatement query = connection.prepareStatement(
                        "SELECT unit, name, brand, category, price_cents, version FROM product WHERE article = ?")) {
            CountDownLatch busy = new CountDownLatch(1);
            scheduler.schedule(busy::countDown, QUERY_TIME.toNanos());
            busy.await(LONGEST_SECONDS, TimeUnit.SECONDS);
            query.setLong(1, article);
            try (ResultSet row = query.executeQuery()) {
                return row.next()
                        ? new Product(
                                article,
                                row.getString(1),
                                row.getString(2),
                                row.getString(3),
                                row.getLong(4),
                                row.getLong(5),
                                row.getInt(6))
                        : null;
            }
        }
    }
}
