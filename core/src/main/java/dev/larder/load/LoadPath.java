package dev.larder.load;

import dev.larder.load.Landing.Source;
import dev.larder.stats.Count;
import dev.larder.store.Node;
import dev.larder.store.NodeFactory;
import dev.larder.tier.FarEntries;
import org.jspecify.annotations.Nullable;

/**
 * Flies flights: finds the value of a key in the far tier or at the origin, keeps it in the near tier if nothing
 * invalidated it meanwhile, and lands. Thread-safe; a flight is flown by one thread.
 */
public final class LoadPath<K, V> {
    private final CacheContext<K, V> context;
    private final Origin<K, V> origin;
    private final @Nullable LeasedLoad<K, V> leased;
    private final BulkLoad<K, V> bulk;

    public LoadPath(CacheContext<K, V> context) {
        this.context = context;
        this.origin = new Origin<>(context);
        FarEntries<K, V> far = context.far();
        this.leased = far == null ? null : new LeasedLoad<>(context, far, origin);
        this.bulk = new BulkLoad<>(this, context, origin, leased);
    }

    /** Flies {@code flight} to its end on the calling thread: the outcome is in the landing, whatever happens. */
    public void fly(Generation<K, V> generation, Flight<K, V> flight, LoadRequest<K, V> request) {
        flight.begin();
        try {
            Landing<K, V> landing = alreadyThere(generation, flight.key(), request);
            if (landing == null) {
                landing = find(flight.key(), request);
                keep(generation, flight, landing.node());
            }
            generation.flights().land(flight, landing);
            if (landing.source() == Source.STALE && !request.refresh()) {
                refresh(flight.key(), landing.node(), request.loader());
            }
        } catch (Throwable e) { // whatever it is, those who wait must hear of it
            crash(generation, flight, e, request);
        }
    }

    private void crash(Generation<K, V> generation, Flight<K, V> flight, Throwable cause, LoadRequest<K, V> request) {
        try {
            tellFailure(flight.key(), cause, request);
        } finally {
            generation.flights().crash(flight, cause);
        }
    }

    /** Flies all of {@code request}'s flights to their ends on the calling thread, as {@link #fly} does for one. */
    public void flyAll(Generation<K, V> generation, BulkRequest<K, V> request) {
        bulk.flyAll(generation, request);
    }

    /** Between the caller's look at the store and the flight's start another flight may have landed. */
    @SuppressWarnings("ReferenceEquality") // a node is itself, whatever it holds
    @Nullable Landing<K, V> alreadyThere(Generation<K, V> generation, K key, LoadRequest<K, V> request) {
        long proof = context.proofNanos();
        Node<K, V> node = context.peek(generation.store(), key);
        boolean isNews = node != null
                && (node != request.stale() || !request.refresh()) // what is to be refreshed may be fresh still
                && context.isFresh(node, context.ticker().nanos(), proof);
        return isNews ? new Landing<>(node, Source.NEAR) : null;
    }

    private Landing<K, V> find(K key, LoadRequest<K, V> request) {
        if (leased != null) {
            return leased.run(key, request);
        }
        EntryLoader<K, V> loader = request.loader();
        return loader == null
                ? new Landing<>(null, Source.NOTHING)
                : new Landing<>(origin.load(key, loader), Source.ORIGIN);
    }

    /** Stores what a flight found, unless it is not to be kept or the key was invalidated meanwhile. */
    void keep(Generation<K, V> generation, Flight<K, V> flight, @Nullable Node<K, V> node) {
        if (node == null || !NodeFactory.isStorable(node)) {
            return;
        }
        if (!context.near().install(generation, flight, node)) {
            context.counters().add(Count.DISCARDED_LOADS);
        }
    }

    void tellFailure(K key, Throwable failure, LoadRequest<K, V> request) {
        if (context.events().isHeard()) {
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            boolean servedStale =
                    context.isOfUse(request.stale(), context.ticker().nanos(), context.proofNanos());
            context.events().publish(listener -> listener.onLoadFailure(key, cause, servedStale));
        }
    }

    /** Renews the value of {@code key} in the background, unless that is under way or its loads have been failing. */
    public void refresh(K key, @Nullable Node<K, V> stale, @Nullable EntryLoader<K, V> loader) {
        if (loader == null
                || context.failures().holdingBack(key, context.ticker().nanos()) != null) {
            return;
        }
        Attempt attempt = new Attempt();
        try {
            launchRefresh(new LoadRequest<>(loader, stale, true), key, attempt);
        } finally {
            if (!attempt.isHandedOver) {
                attempt.isOver = true;
            }
        }
    }

    private void launchRefresh(LoadRequest<K, V> request, K key, Attempt attempt) {
        Generation<K, V> generation = context.near().current();
        Flight<K, V> flight =
                generation.flights().of(key) == null ? generation.flights().launch(key, attempt) : null;
        if (flight == null) {
            return;
        }
        try {
            attempt.handOver(context.executor(), () -> {
                context.counters().add(Count.REFRESHES);
                fly(generation, flight, request);
            });
        } catch (RuntimeException | Error e) { // no thread: the value at hand is served on, the next read tries again
            context.counters().add(Count.LOAD_REJECTIONS);
            generation.flights().crash(flight, e);
        }
    }
}
