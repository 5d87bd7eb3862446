/**
 * Memcached's text and meta commands on the store: the same string keys of database 0 that Redis's clients see. It owns
 * what the commands mean and what {@code stats} count; bytes are read by {@code protocol}, and sockets, limits and
 * back-pressure are those of {@code net}. Open {@link dev.larder.server.memcached.MemcachedPort} first, then {@link
 * dev.larder.server.memcached.TextConnection}.
 */
@NullMarked
package dev.larder.server.memcached;

import org.jspecify.annotations.NullMarked;
