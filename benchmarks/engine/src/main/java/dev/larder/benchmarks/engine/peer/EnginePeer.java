package dev.larder.benchmarks.engine.peer;

import org.jspecify.annotations.Nullable;

/** One in-process cache under test. Thread-safe as the cache is. In a measured process only one is loaded. */
public interface EnginePeer extends AutoCloseable {
    /** The cached value; null where there is none. */
    @Nullable Long get(Long key);

    /** The cached value, or the one that the setup's origin gives, which is cached then. */
    Long load(Long key);

    void put(Long key, Long value);

    /** How many entries it holds, once what it puts off is done. May look at every entry. */
    long settledSize();

    @Override
    default void close() {}
}
