package dev.larder.storefront.shop;

import dev.larder.CacheBuilder;
import java.time.Duration;
import java.util.Locale;

/** How the shop's caches and its database work together; switched while the shop runs. */
public enum Strategy {
    NO_CACHE("No cache", "Every page asks the database for all it shows."),
    LAZY("Lazy", "A value is loaded when it is first asked for and kept for ten minutes; a change removes it."),
    WRITE_THROUGH(
            "Write-through",
            "As lazy, but kept for an hour: a change is written to the database first, then to the cache."),
    SHORT_TTL(
            "Short TTL",
            "A value is kept for two seconds, so that even what others change in the database is soon seen."),
    STALE_WHILE_REVALIDATE(
            "Stale while revalidate",
            "Kept for two seconds, then served for five minutes more while one load renews it: nobody waits.");

    private final String label;
    private final String explanation;

    Strategy(String label, String explanation) {
        this.label = label;
        this.explanation = explanation;
    }

    /** The strategy that a form or a command line names, such as {@code short-ttl}. */
    public static Strategy named(String name) {
        for (Strategy strategy : values()) {
            if (strategy.id().equals(name)) {
                return strategy;
            }
        }
        throw new IllegalArgumentException(
                "a strategy must be one of no-cache, lazy, write-through, short-ttl," + " stale-while-revalidate");
    }

    /** Its name in forms and in JSON. */
    public String id() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public String label() {
        return label;
    }

    public String explanation() {
        return explanation;
    }

    /** Whether reads ask a cache at all. */
    boolean readsCache() {
        return this != NO_CACHE;
    }

    /** Whether a change is put into the cache; otherwise its key is removed. */
    boolean writesThrough() {
        return this == WRITE_THROUGH || this == STALE_WHILE_REVALIDATE;
    }

    /** Gives a cache this strategy's times. */
    <K, V> CacheBuilder<K, V> timesOf(CacheBuilder<K, V> cache) {
        return switch (this) {
            case NO_CACHE, LAZY -> cache.timeToLive(Duration.ofMinutes(10));
            case WRITE_THROUGH -> cache.timeToLive(Duration.ofHours(1)).staleIfError(Duration.ofHours(6));
            case SHORT_TTL -> cache.timeToLive(Duration.ofSeconds(2));
            case STALE_WHILE_REVALIDATE ->
                cache.timeToLive(Duration.ofSeconds(2)).staleWhileRevalidate(Duration.ofMinutes(5));
        };
    }
}
