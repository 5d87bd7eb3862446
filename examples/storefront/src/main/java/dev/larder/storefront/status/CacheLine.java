package dev.larder.storefront.status;

import dev.larder.stats.CacheStats;
import dev.larder.stats.Count;

/** One cache in the report. Immutable; counters since the shop's start. */
public record CacheLine(
        long hits,
        long staleHits,
        long misses,
        long loads,
        long joins,
        long refreshes,
        long loadFailures,
        long puts,
        long removals,
        long busRemovals,
        long evictions,
        long farHits,
        long farFailures,
        long size,
        double hitRatio) {
    static CacheLine of(CacheStats stats) {
        return new CacheLine(
                stats.hits(),
                stats.staleHits(),
                stats.misses(),
                stats.loads(),
                stats.of(Count.JOINS),
                stats.of(Count.REFRESHES),
                stats.of(Count.LOAD_FAILURES),
                stats.of(Count.PUTS),
                stats.of(Count.REMOVALS),
                stats.of(Count.BUS_REMOVALS),
                stats.of(Count.EVICTIONS),
                stats.of(Count.FAR_HITS),
                stats.of(Count.FAR_FAILURES),
                stats.size(),
                Math.round(stats.hitRatio() * 10_000) / 10_000.0);
    }
}
