package dev.larder.benchmarks.far;

import dev.larder.benchmarks.peer.Peer;
import dev.larder.benchmarks.workload.Item;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A cache that is compared elsewhere too, for single reads. */
record PeerFar(Peer peer) implements FarClient {
    @Override
    public @Nullable Item get(Long key) {
        return peer.get(key);
    }

    @Override
    public int getAll(List<Long> keys) {
        throw new UnsupportedOperationException("it is measured by single reads only");
    }

    @Override
    public void put(Long key, Item item) {
        peer.put(key, item);
    }

    @Override
    public void close() {
        peer.close();
    }
}
