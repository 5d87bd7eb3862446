package dev.larder.tier;

import dev.larder.time.Ticker;

/**
 * What a far tier needs to know of a cache.
 *
 * @param cache the cache's name, unique within {@code namespace}: letters, digits, {@code . _ -}
 * @param namespace separates applications that share a server
 * @param maxSilenceNanos how old the bus's last proof may be before the near tier is not trusted
 * @param ticker the clock of {@link FarCache#lastProofNanos()}
 */
public record FarCacheOptions(String cache, String namespace, long maxSilenceNanos, Ticker ticker) {}
