package dev.larder.storefront.status;

/**
 * What happened within one second. Immutable.
 *
 * @param second counted from the shop's start
 * @param p50Micros the median time of the requests that ended in it; 0 where none did
 */
public record Sample(
        long second,
        long requests,
        long hits,
        long staleHits,
        long misses,
        long loads,
        long sqlStatements,
        long p50Micros,
        long p99Micros) {}
