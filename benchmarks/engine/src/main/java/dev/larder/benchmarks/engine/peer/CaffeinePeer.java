package dev.larder.benchmarks.engine.peer;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Caffeine with {@code maximumSize}, on its default executor. */
final class CaffeinePeer implements EnginePeer {
    private final Cache<Long, Long> cache;
    private final UnaryOperator<Long> origin;

    CaffeinePeer(EngineSetup setup) {
        Caffeine<Object, Object> builder = Caffeine.newBuilder().maximumSize(setup.maxEntries());
        if (setup.expires()) {
            builder.expireAfterWrite(EngineSetup.TIME_TO_LIVE);
        }
        this.cache = builder.build();
        this.origin = setup.origin();
    }

    @Override
    public @Nullable Long get(Long key) {
        return cache.getIfPresent(key);
    }

    @Override
    public Long load(Long key) {
        return cache.get(key, origin);
    }

    @Override
    public void put(Long key, Long value) {
        cache.put(key, value);
    }

    @Override
    public long settledSize() {
        cache.cleanUp();
        return cache.estimatedSize();
    }
}
