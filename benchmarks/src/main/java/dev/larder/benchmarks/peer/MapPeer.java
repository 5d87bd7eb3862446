package dev.larder.benchmarks.peer;

import dev.larder.benchmarks.workload.Item;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** {@link ConcurrentHashMap}: no bound, no expiry, no statistics; the floor under every cache. */
final class MapPeer implements Peer {
    private final ConcurrentHashMap<Long, Item> map;

    MapPeer(Setup setup) {
        map = new ConcurrentHashMap<>(setup.nearEntries());
    }

    @Override
    public @Nullable Item get(Long key) {
        return map.get(key);
    }

    @Override
    public void put(Long key, Item item) {
        map.put(key, item);
    }

    @Override
    public void close() {
        map.clear();
    }
}
