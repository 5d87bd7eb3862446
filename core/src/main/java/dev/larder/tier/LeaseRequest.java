package dev.larder.tier;

/**
 * A request for the right to load one key.
 *
 * @param token 128 random bits in hex, never used twice
 * @param leaseMillis how long the lease lasts unless renewed
 * @param softWindowMillis a value with no more than this left counts as stale
 */
public record LeaseRequest(String token, long leaseMillis, long softWindowMillis) {}
