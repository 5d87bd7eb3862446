package dev.larder.benchmarks.far;

import dev.larder.benchmarks.workload.Item;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whatever reads items from a server. Thread-safe. In a measured process only one implementation is loaded. */
interface FarClient extends AutoCloseable {
    /** The item, decoded; null where there is none. */
    @Nullable Item get(Long key);

    /** How many of {@code keys} were found in one bulk read; each was decoded. */
    int getAll(List<Long> keys);

    void put(Long key, Item item);

    /** Reads a key that nobody has seen through its loader, so that its item is stored. */
    default void load(Long key) {
        throw new UnsupportedOperationException("only Larder is measured loading");
    }

    @Override
    void close();
}
