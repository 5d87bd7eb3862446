package dev.larder.benchmarks.engine.peer;

import dev.larder.event.RemovalCause;
import dev.larder.expiry.ExpiryRules;
import dev.larder.store.Bound;
import dev.larder.store.HeapStore;
import dev.larder.store.Node;
import dev.larder.store.NodeFactory;
import dev.larder.store.StoreOptions;
import dev.larder.time.Ticker;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Larder's {@link HeapStore} alone: index, policy, locks and nodes, without counters, judgement of freshness and flights.
 * What a library's bare cache is to be compared with. It loads by get and put.
 */
final class LarderStorePeer implements EnginePeer {
    private static final double JITTER = 0.1;

    private final Ticker ticker = Ticker.system();
    private final HeapStore<Long, Long> store;
    private final NodeFactory<Long, Long> nodes;
    private final UnaryOperator<Long> origin;

    LarderStorePeer(EngineSetup setup) {
        long timeToLive = setup.expires() ? EngineSetup.TIME_TO_LIVE.toNanos() : Ticker.NEVER;
        this.store = new HeapStore<>(StoreOptions.of(Bound.entries(setup.maxEntries())), (node, cause) -> {});
        this.nodes = new NodeFactory<>(
                new ExpiryRules(timeToLive, timeToLive, Ticker.NEVER, 0, 0, 1, JITTER), (key, value) -> 1);
        this.origin = setup.origin();
    }

    @Override
    public @Nullable Long get(Long key) {
        Node<Long, Long> node = store.find(key);
        return node == null ? null : node.value();
    }

    @Override
    public Long load(Long key) {
        Long cached = get(key);
        if (cached != null) {
            return cached;
        }
        Long loaded = origin.apply(key);
        put(key, loaded);
        return loaded;
    }

    @Override
    public void put(Long key, Long value) {
        Node<Long, Long> node = nodes.node(key, value, nodes.readsTime(value) ? ticker.nanos() : 0);
        store.update(key, current -> node, RemovalCause.REPLACED);
    }

    @Override
    public long settledSize() {
        return store.size();
    }
}
