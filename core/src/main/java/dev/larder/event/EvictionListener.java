package dev.larder.event;

import org.jspecify.annotations.Nullable;

/**
 * Hears inside a removal, before it is done, that an entry is leaving the in-process tier because room is needed or its
 * time has passed: for those who move it elsewhere and must not be late. {@link CacheListener#onRemoval} hears of every
 * removal, afterwards and on another thread; prefer that.
 *
 * <p>Called on the thread that makes the change, which holds the lock of a part of the cache: be quick, do not block, and
 * do not use the cache. A use that would wait for that part, or for another one that a thread holds just then, is refused
 * with an {@link IllegalStateException}, so that there is no deadlock; one that happens to need neither is not. No load or put of the key comes between
 * this call and the removal. An exception is logged, once, and the entry leaves all the same; an {@link Error} goes to the
 * caller of the change, and the entry stays.
 */
@FunctionalInterface
public interface EvictionListener<K, V> {
    /** An entry is leaving: {@link RemovalCause#EVICTED} or {@link RemovalCause#EXPIRED}. */
    void onEviction(K key, @Nullable V value, RemovalCause cause);
}
