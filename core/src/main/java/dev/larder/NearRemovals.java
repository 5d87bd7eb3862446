package dev.larder;

import dev.larder.event.Events;
import dev.larder.event.EvictionListener;
import dev.larder.event.RemovalCause;
import dev.larder.failure.CacheFullException;
import dev.larder.policy.Eviction;
import dev.larder.stats.Count;
import dev.larder.stats.Counters;
import dev.larder.store.Bound;
import dev.larder.store.Node;
import dev.larder.store.Removals;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import org.jspecify.annotations.Nullable;

/** Counts what leaves a cache's near tier, or is not let in, and tells those who listen. Thread-safe. */
final class NearRemovals<K, V> implements Removals<K, V> {
    private static final Logger LOG = System.getLogger(NearRemovals.class.getName());

    private final String cache;
    private final Counters counters;
    private final Events<K, V> events;
    private final @Nullable EvictionListener<? super K, ? super V> evictionListener;
    private final Eviction eviction;
    private volatile boolean hasLoggedFailure;

    NearRemovals(String cache, Counters counters, Events<K, V> events, CacheSettings<K, V> settings) {
        this.cache = cache;
        this.counters = counters;
        this.events = events;
        this.evictionListener = settings.evictionListener;
        this.eviction = settings.eviction;
    }

    @Override
    public void leaving(Node<K, V> node, RemovalCause cause) {
        if (evictionListener == null || (cause != RemovalCause.EVICTED && cause != RemovalCause.EXPIRED)) {
            return;
        }
        try {
            evictionListener.onEviction(node.key(), node.value(), cause);
        } catch (RuntimeException e) {
            if (!hasLoggedFailure) {
                hasLoggedFailure = true;
                LOG.log(Level.WARNING, "an eviction listener of cache '" + cache + "' failed; logged once", e);
            }
        }
    }

    @Override
    public void removed(Node<K, V> node, RemovalCause cause) {
        if (cause == RemovalCause.EVICTED) {
            counters.add(Count.EVICTIONS);
        } else if (cause == RemovalCause.EXPIRED) {
            counters.add(Count.EXPIRATIONS);
        }
        if (events.isHeard()) {
            events.publish(listener -> listener.onRemoval(node.key(), node.value(), cause));
        }
    }

    @Override
    public CacheFullException refused(Bound full) {
        counters.add(Count.REFUSALS);
        String setting = switch (full.unit()) {
            case ENTRIES -> "maxEntries";
            case WEIGHT -> "maxWeight";
            case BYTES -> "maxBytes";
        };
        return new CacheFullException("the cache has reached its " + setting + " of " + full.max()
                + ", and its eviction policy " + eviction.spelling() + " lets no entry leave (cache '" + cache
                + "'). Raise the bound, remove entries, or choose another eviction policy.");
    }
}
