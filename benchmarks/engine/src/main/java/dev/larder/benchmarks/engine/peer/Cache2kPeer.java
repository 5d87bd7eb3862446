package dev.larder.benchmarks.engine.peer;

import java.util.concurrent.TimeUnit;
import org.cache2k.Cache;
import org.cache2k.Cache2kBuilder;
import org.jspecify.annotations.Nullable;

/** cache2k with {@code entryCapacity}, and a loader as its read-through wants one. */
final class Cache2kPeer implements EnginePeer {
    private final Cache<Long, Long> cache;

    Cache2kPeer(EngineSetup setup) {
        Cache2kBuilder<Long, Long> builder =
                Cache2kBuilder.of(Long.class, Long.class).entryCapacity(setup.maxEntries());
        if (setup.expires()) {
            builder.expireAfterWrite(EngineSetup.TIME_TO_LIVE.toNanos(), TimeUnit.NANOSECONDS);
        } else {
            builder.eternal(true);
        }
        cache = builder.loader(setup.origin()::apply).build();
    }

    @Override
    public @Nullable Long get(Long key) {
        return cache.peek(key);
    }

    @Override
    public Long load(Long key) {
        return cache.get(key);
    }

    @Override
    public void put(Long key, Long value) {
        cache.put(key, value);
    }

    @Override
    public long settledSize() {
        return cache.keys().size();
    }

    @Override
    public void close() {
        cache.close();
    }
}
