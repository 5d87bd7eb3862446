package dev.larder.load;

import dev.larder.store.Node;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What several flights launched together are to do.
 *
 * @param flights the flights, by key
 * @param bulkLoader asks the origin for all at once; null to use {@code loader} for each
 * @param loader asks the origin for one; null where only tiers are to be asked
 * @param stale what the near tier has of these keys that cannot be served as it is
 */
public record BulkRequest<K, V>(
        Map<K, Flight<K, V>> flights,
        @Nullable BulkLoader<K, V> bulkLoader,
        @Nullable EntryLoader<K, V> loader,
        Map<K, Node<K, V>> stale) {
    /** What is asked for one of the keys. */
    LoadRequest<K, V> of(K key) {
        return new LoadRequest<>(loader, stale.get(key), false);
    }
}
