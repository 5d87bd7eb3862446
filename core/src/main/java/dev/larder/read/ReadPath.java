package dev.larder.read;

import dev.larder.failure.TierException;
import dev.larder.load.CacheContext;
import dev.larder.load.EntryLoader;
import dev.larder.load.Generation;
import dev.larder.load.LoadPath;
import dev.larder.stats.Count;
import dev.larder.store.Node;
import dev.larder.tier.FarEntries;
import dev.larder.time.Ticker;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The way of a single read. A fresh value of the near tier is answered here, without a lock or an allocation; a stale one
 * too, with its renewal begun; everything else goes on to {@link MissPath}. Thread-safe.
 */
public final class ReadPath<K, V> {
    private final CacheContext<K, V> context;
    private final LoadPath<K, V> loads;
    private final MissPath<K, V> misses;
    private final boolean hasIdleTime;

    public ReadPath(CacheContext<K, V> context, LoadPath<K, V> loads) {
        this.context = context;
        this.loads = loads;
        this.misses = new MissPath<>(context, loads);
        this.hasIdleTime = context.rules().timeToIdle() != Ticker.NEVER;
    }

    /** The value of {@code key}, loaded by {@code loader} if need be; null where there is none. */
    public @Nullable V get(K key, @Nullable EntryLoader<K, V> loader) {
        Generation<K, V> generation = context.near().current();
        Node<K, V> node = generation.store().find(key);
        if (node == null) {
            return misses.get(
                    generation, key, new Wanted<>(loader, null, context.ticker().nanos()));
        }
        return isServed(node, loader)
                ? node.value()
                : misses.get(
                        generation,
                        key,
                        new Wanted<>(loader, node, context.ticker().nanos()));
    }

    /** The near tier's entry of {@code key}, fresh or stale, if it may be served without waiting; counted as a hit. */
    public @Nullable Node<K, V> getNow(K key, @Nullable EntryLoader<K, V> loader) {
        Node<K, V> node = context.near().current().store().find(key);
        return node != null && isServed(node, loader) ? node : null;
    }

    private boolean isServed(Node<K, V> node, @Nullable EntryLoader<K, V> loader) {
        long now = context.ticker().nanos();
        if (!context.isProven(node, now)) {
            return false;
        }
        switch (context.judge(node, now)) {
            case FRESH -> context.counters().add(Count.NEAR_HITS);
            case REFRESH_DUE -> {
                context.counters().add(Count.NEAR_HITS);
                loads.refresh(node.key(), node, loader);
            }
            case STALE -> {
                context.counters().add(Count.STALE_HITS);
                loads.refresh(node.key(), node, loader);
            }
            case STALE_IF_ERROR, EXPIRED -> {
                return false;
            }
        }
        if (hasIdleTime) {
            node.markRead(now);
        }
        return true;
    }

    /** What the tiers hold for {@code key}; loads and stores nothing. Not counted. */
    public Lookup<V> lookup(K key) {
        Lookup<V> near = lookupNear(key);
        FarEntries<K, V> far = context.far();
        if (near.isHit() || far == null) {
            return near;
        }
        try {
            Lookup<V> found = described(far.get(key), far.tier());
            return found.isMiss() ? near : found;
        } catch (TierException e) { // promise G4
            return near;
        }
    }

    /** What the near tier holds for {@code key}, as far as it may be trusted. */
    public Lookup<V> lookupNear(K key) {
        Node<K, V> node = context.near().current().store().peek(key);
        return node != null && context.isProven(node, context.ticker().nanos())
                ? described(node, "memory")
                : Lookup.miss();
    }

    private Lookup<V> described(@Nullable Node<K, V> node, String tier) {
        if (node == null) {
            return Lookup.miss();
        }
        long now = context.ticker().nanos();
        Lookup.State state = switch (context.judge(node, now)) {
            case FRESH, REFRESH_DUE -> Lookup.State.HIT;
            case STALE, STALE_IF_ERROR -> Lookup.State.STALE;
            case EXPIRED -> Lookup.State.MISS;
        };
        return state == Lookup.State.MISS
                ? Lookup.miss()
                : new Lookup<>(state, node.value(), Duration.ofNanos(Math.max(0, now - node.bornNanos())), tier);
    }
}
