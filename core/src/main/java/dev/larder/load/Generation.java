package dev.larder.load;

import dev.larder.store.Store;

/**
 * The entries of a cache that are served together, and the loads under way for them. Replaced as a whole by a clear and
 * by a rebuild's switch, so that a load of an older generation can neither be stored in nor joined from a newer one.
 */
public record Generation<K, V>(Store<K, V> store, Flights<K, V> flights) {}
