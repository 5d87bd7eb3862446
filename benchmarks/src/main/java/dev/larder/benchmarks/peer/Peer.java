package dev.larder.benchmarks.peer;

import dev.larder.benchmarks.workload.Item;
import org.jspecify.annotations.Nullable;

/** One cache under test. Thread-safe as far as the cache is. In a measured process only one implementation is loaded. */
public interface Peer extends AutoCloseable {
    /** The cached item; loads it where the setup has an origin; null where there is neither. */
    @Nullable Item get(Long key);

    /** Stores an item in every tier. */
    void put(Long key, Item item);

    @Override
    void close();
}
