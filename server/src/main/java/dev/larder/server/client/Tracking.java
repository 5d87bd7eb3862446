package dev.larder.server.client;

import java.util.List;

/**
 * How a client that caches wants to be told of changes. Immutable.
 *
 * @param redirect the number of the connection that is told in its place; 0 for itself
 * @param broadcasts whether it is told of all keys with its prefixes, not of those that it has read
 * @param isOptIn whether only what is read after {@code CLIENT CACHING YES} counts
 * @param isOptOut whether what is read after {@code CLIENT CACHING NO} does not count
 * @param skipsOwn whether it is not told of what it changed itself
 * @param prefixes of the keys that it is told of, where it broadcasts
 */
public record Tracking(
        long redirect, boolean broadcasts, boolean isOptIn, boolean isOptOut, boolean skipsOwn, List<Key> prefixes) {}
