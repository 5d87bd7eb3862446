package dev.larder.storefront.web;

import dev.larder.stats.CacheStats;
import dev.larder.storefront.meter.Meter;
import dev.larder.storefront.shop.Shop;
import dev.larder.storefront.shop.Strategy;
import dev.larder.time.Ticker;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the page at hand took. Calls of caches, loads and SQL statements are the request's own, whatever else goes on.
 * Hits and misses are counted by the caches for everybody: they are the request's own while no other request runs, and
 * else are left out, which the panel says. Confined to the request's thread.
 */
final class Panel {
    private final Shop shop;
    private final Meter meter;
    private final Ticker ticker;
    private final AtomicLong begun;
    private final long number;
    private final long startNanos;
    private final Map<String, CacheStats> before;

    /**
     * @param begun counts requests: whether it moved tells whether another came between
     * @param alone whether no other request was running when this one began
     */
    Panel(Shop shop, Meter meter, Ticker ticker, AtomicLong begun, boolean alone) {
        this.shop = shop;
        this.meter = meter;
        this.ticker = ticker;
        this.begun = begun;
        number = begun.incrementAndGet();
        startNanos = ticker.nanos();
        before = alone ? shop.stats() : Map.of();
    }

    /** The figures up to now; for the template, which asks as its last act. */
    public Figures figures() {
        boolean exact = !before.isEmpty() && begun.get() == number;
        long hits = 0;
        long staleHits = 0;
        long misses = 0;
        if (exact) {
            for (Map.Entry<String, CacheStats> now : shop.stats().entrySet()) {
                CacheStats earlier = before.get(now.getKey());
                CacheStats own =
                        earlier == null ? now.getValue() : now.getValue().since(earlier);
                hits += own.hits();
                staleHits += own.staleHits();
                misses += own.misses();
            }
        }
        String millis = String.format(Locale.ROOT, "%.1f", (ticker.nanos() - startNanos) / 1e6);
        return new Figures(
                exact, meter.cacheCalls(), hits, staleHits, misses, meter.loads(), meter.sqlStatements(), millis);
    }

    public Strategy strategy() {
        return shop.strategy();
    }

    /** Immutable. */
    record Figures(
            boolean exact,
            int cacheCalls,
            long hits,
            long staleHits,
            long misses,
            int loads,
            int sqlStatements,
            String millis) {}
}
