package dev.larder.benchmarks.engine.peer;

import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** {@link ConcurrentHashMap}: no bound, no expiry; what a cache without its duties would cost. */
final class MapPeer implements EnginePeer {
    private final ConcurrentHashMap<Long, Long> map = new ConcurrentHashMap<>();
    private final UnaryOperator<Long> origin;

    MapPeer(EngineSetup setup) {
        this.origin = setup.origin();
    }

    @Override
    public @Nullable Long get(Long key) {
        return map.get(key);
    }

    @Override
    public Long load(Long key) {
        return map.computeIfAbsent(key, origin);
    }

    @Override
    public void put(Long key, Long value) {
        map.put(key, value);
    }

    @Override
    public long settledSize() {
        return map.mappingCount();
    }
}
