package dev.larder.benchmarks.engine.peer;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import java.util.concurrent.ExecutionException;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Guava's cache with {@code maximumSize}. */
final class GuavaPeer implements EnginePeer {
    private final Cache<Long, Long> cache;
    private final UnaryOperator<Long> origin;

    GuavaPeer(EngineSetup setup) {
        CacheBuilder<Object, Object> builder = CacheBuilder.newBuilder().maximumSize(setup.maxEntries());
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
        try {
            return cache.get(key, () -> origin.apply(key));
        } catch (ExecutionException e) {
            throw new IllegalStateException("the origin never fails", e);
        }
    }

    @Override
    public void put(Long key, Long value) {
        cache.put(key, value);
    }

    @Override
    public long settledSize() {
        cache.cleanUp();
        return cache.size();
    }
}
