package dev.larder.benchmarks.engine.peer;

import dev.larder.Cache;
import dev.larder.CacheBuilder;
import dev.larder.Larder;
import dev.larder.load.Loader;
import org.jspecify.annotations.Nullable;

/** Larder's public {@link Cache} in process, as it comes: statistics are always on, and so is jitter where it expires. */
final class LarderCachePeer implements EnginePeer {
    private final Larder larder = Larder.inProcess();
    private final Cache<Long, Long> cache;
    private final Loader<Long, Long> loader;

    LarderCachePeer(EngineSetup setup) {
        CacheBuilder<Long, Long> builder =
                larder.cache("numbers", Long.class, Long.class).maxEntries(setup.maxEntries());
        if (setup.expires()) {
            builder.timeToLive(EngineSetup.TIME_TO_LIVE);
        }
        this.cache = builder.build();
        this.loader = setup.origin()::apply;
    }

    @Override
    public @Nullable Long get(Long key) {
        return cache.get(key);
    }

    @Override
    @SuppressWarnings("NullAway") // the origin gives no null, so the cache holds none
    public Long load(Long key) {
        return cache.get(key, loader);
    }

    @Override
    public void put(Long key, Long value) {
        cache.put(key, value);
    }

    @Override
    public long settledSize() {
        return cache.asMap().size();
    }

    @Override
    public void close() {
        larder.close();
    }
}
