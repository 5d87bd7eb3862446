package dev.larder.read;

import dev.larder.event.RemovalCause;
import dev.larder.failure.TierException;
import dev.larder.load.Awaited;
import dev.larder.load.CacheContext;
import dev.larder.load.EntryLoader;
import dev.larder.load.LoadPath;
import dev.larder.load.NearTier;
import dev.larder.stats.Count;
import dev.larder.stats.Counters;
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
    /** One hit of so many reads the clock. */
    private static final int PACE_MASK = 0xFF;

    private final CacheContext<K, V> context;
    private final LoadPath<K, V> loads;
    private final MissPath<K, V> misses;
    private final boolean hasIdleTime;

    // What a hit touches, at one reference's distance.
    private final NearTier<K, V> near;
    private final Ticker ticker;
    private final Counters counters;
    /** Whether a read needs to know no more of a node than that it is fresh. */
    private final boolean isPlain;
    /** Whether no other process can invalidate what is here. */
    private final boolean isAlone;
    /** What must have been heard before the near tier is looked at. */
    private final @Nullable Awaited awaited;

    public ReadPath(CacheContext<K, V> context, LoadPath<K, V> loads) {
        this.context = context;
        this.loads = loads;
        this.misses = new MissPath<>(context, loads);
        this.hasIdleTime = context.rules().timeToIdle() != Ticker.NEVER;
        this.near = context.near();
        this.ticker = context.ticker();
        this.counters = context.counters();
        this.isPlain = !hasIdleTime && context.rules().refreshAhead() >= 1;
        this.isAlone = context.far() == null;
        this.awaited = context.trust().awaited();
    }

    /** The value of {@code key}, loaded by {@code loader} if need be; null where there is none. */
    public @Nullable V get(K key, @Nullable EntryLoader<K, V> loader) {
        boolean heard = hasHeard();
        long proof = context.proofNanos();
        Node<K, V> node = find(key, heard);
        return node != null && isServed(node, loader, proof)
                ? node.value()
                : misses.get(near.current(), key, new Wanted<>(loader, node, began(), new Known(heard, proof)));
    }

    /** See {@link CacheContext#hasHeard}; with fewer references to follow on each hit. */
    private boolean hasHeard() {
        return awaited == null || awaited.isHeard();
    }

    private @Nullable Node<K, V> find(K key, boolean heard) {
        Node<K, V> node = near.store().find(key);
        return heard ? node : context.seen(node, false);
    }

    /** When a miss began. Waits that nobody set a limit to may take a little longer than their default. */
    private long began() {
        return context.loadTimes().areBounded() ? ticker.nanos() : ticker.ceilingNanos();
    }

    /** The near tier's entry of {@code key}, fresh or stale, if it may be served without waiting; counted as a hit. */
    public @Nullable Node<K, V> getNow(K key, @Nullable EntryLoader<K, V> loader) {
        boolean heard = hasHeard();
        long proof = context.proofNanos();
        Node<K, V> node = find(key, heard);
        return node != null && isServed(node, loader, proof) ? node : null;
    }

    private boolean isServed(Node<K, V> node, @Nullable EntryLoader<K, V> loader, long proof) {
        if (isPlain && isCertainlyFresh(node, proof)) {
            countHit();
            return true;
        }
        return isServedNow(node, loader, proof);
    }

    /**
     * Fresh at a moment that is not past yet, hence now: most hits need no reading of the clock. Not where other processes
     * invalidate: a ceiling stands still with a process that is suspended, and a proof must be of the time it is.
     */
    private boolean isCertainlyFresh(Node<K, V> node, long proof) {
        long freshUntil = node.freshUntilNanos();
        if (isAlone) {
            return freshUntil == Ticker.NEVER || ticker.ceilingNanos() < freshUntil;
        }
        long now = ticker.nanos();
        return now < freshUntil && context.isProven(node, now, proof);
    }

    /** Now and then a hit reads the clock, so that the ceiling is kept even where the timer is late. */
    private void countHit() {
        if ((counters.addNearHit() & PACE_MASK) == 0) {
            ticker.nanos();
        }
    }

    private boolean isServedNow(Node<K, V> node, @Nullable EntryLoader<K, V> loader, long proof) {
        long now = ticker.nanos();
        if (!context.isTrusted(node, now, proof)) {
            return false;
        }
        switch (context.judge(node, now)) {
            case FRESH -> counters.add(Count.NEAR_HITS);
            case REFRESH_DUE -> {
                counters.add(Count.NEAR_HITS);
                loads.refresh(node.key(), node, loader);
            }
            case STALE -> {
                counters.add(Count.STALE_HITS);
                loads.refresh(node.key(), node, loader);
            }
            case STALE_IF_ERROR -> {
                return false;
            }
            case EXPIRED -> {
                near.store().remove(node, node.isVoid() ? RemovalCause.REMOVED : RemovalCause.EXPIRED);
                return false;
            }
        }
        if (hasIdleTime) {
            node.markRead(now);
        }
        if (!context.isProven(node, now, proof)) {
            counters.add(Count.UNPROVEN_HITS);
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
            Lookup<V> found = described(far.get(key, hasHeard()), far.tier());
            return found.isMiss() ? near : found;
        } catch (TierException e) { // promise G4
            return near;
        }
    }

    /** What the near tier holds for {@code key}, as far as it may be trusted. */
    public Lookup<V> lookupNear(K key) {
        long proof = context.proofNanos();
        Node<K, V> node = context.peek(near.store(), key);
        return node != null && context.isTrusted(node, ticker.nanos(), proof)
                ? described(node, "memory")
                : Lookup.miss();
    }

    private Lookup<V> described(@Nullable Node<K, V> node, String tier) {
        if (node == null) {
            return Lookup.miss();
        }
        long now = ticker.nanos();
        Lookup.State state = switch (context.judge(node, now)) {
            case FRESH, REFRESH_DUE -> Lookup.State.HIT;
            case STALE, STALE_IF_ERROR -> Lookup.State.STALE;
            case EXPIRED -> Lookup.State.MISS;
        };
        return state == Lookup.State.MISS ? Lookup.miss() : new Lookup<>(state, node.value(), age(node, now), tier);
    }

    private Duration age(Node<K, V> node, long now) {
        long born = context.nodes().born(node);
        return born == Node.UNKNOWN ? Duration.ZERO : Duration.ofNanos(Math.max(0, now - born));
    }
}
