package dev.larder.read;

import dev.larder.failure.LarderException;
import dev.larder.failure.LoadRejectedException;
import dev.larder.load.Attempt;
import dev.larder.load.BulkLoader;
import dev.larder.load.BulkRequest;
import dev.larder.load.CacheContext;
import dev.larder.load.EntryLoader;
import dev.larder.load.Flight;
import dev.larder.load.Generation;
import dev.larder.load.LoadPath;
import dev.larder.stats.Count;
import dev.larder.store.Node;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The way of a read of many keys: the near tier answers what it can; for the rest one group of flights is launched, and
 * keys already in flight are joined after it has landed. Thread-safe.
 */
public final class BulkReadPath<K, V> {
    private final CacheContext<K, V> context;
    private final ReadPath<K, V> reads;
    private final LoadPath<K, V> loads;
    private final MissPath<K, V> misses;

    public BulkReadPath(CacheContext<K, V> context, ReadPath<K, V> reads, LoadPath<K, V> loads) {
        this.context = context;
        this.reads = reads;
        this.loads = loads;
        this.misses = new MissPath<>(context, loads);
    }

    /** The values of {@code keys} in their order, without those that have none. */
    public Map<K, V> getAll(
            Collection<? extends K> keys, @Nullable BulkLoader<K, V> bulkLoader, @Nullable EntryLoader<K, V> loader) {
        Map<K, @Nullable V> values = new LinkedHashMap<>();
        Set<K> missing = new LinkedHashSet<>();
        for (K key : keys) {
            if (values.containsKey(Objects.requireNonNull(key, "key"))) {
                continue;
            }
            Node<K, V> node = reads.getNow(key, loader);
            values.put(key, node == null ? null : node.value()); // a null keeps the key's place in the order
            if (node == null) {
                missing.add(key);
            }
        }
        if (!missing.isEmpty()) {
            find(missing, bulkLoader, loader, values);
        }
        return withoutNulls(values);
    }

    @SuppressWarnings("NullAway") // the nulls are gone when the map is given away
    private static <K, V> Map<K, V> withoutNulls(Map<K, @Nullable V> values) {
        values.values().removeIf(Objects::isNull);
        return values;
    }

    private void find(
            Set<K> missing,
            @Nullable BulkLoader<K, V> bulkLoader,
            @Nullable EntryLoader<K, V> loader,
            Map<K, @Nullable V> values) {
        if (loader == null && context.far() == null) {
            context.counters().add(Count.MISSES, missing.size());
            return;
        }
        long begun = context.ticker().nanos();
        Known known = new Known(context.hasHeard(), context.proofNanos());
        Generation<K, V> generation = context.near().current();
        Map<K, Node<K, V>> stale = new HashMap<>();
        Attempt attempt = new Attempt();
        Map<K, Flight<K, V>> launched;
        try {
            launched = launch(generation, missing, stale, begun, attempt);
            if (!launched.isEmpty()) {
                start(generation, new BulkRequest<>(launched, bulkLoader, loader, stale), attempt);
            }
        } finally {
            if (!attempt.isHandedOver) {
                attempt.isOver = true;
            }
        }
        collect(missing, launched, key -> new Wanted<>(loader, stale.get(key), begun, known), values);
    }

    /** Launches the flights of those that nobody loads, and notes what is stale; all or nothing. */
    private Map<K, Flight<K, V>> launch(
            Generation<K, V> generation, Set<K> missing, Map<K, Node<K, V>> stale, long now, Attempt attempt) {
        Map<K, Flight<K, V>> launched = new LinkedHashMap<>();
        Flight<K, V> flight = null;
        try {
            for (K key : missing) {
                Node<K, V> node = context.peek(generation.store(), key);
                if (node != null) {
                    stale.put(key, node);
                }
                boolean held = context.failures().holdingBack(key, now) != null;
                flight = held ? null : generation.flights().launch(key, attempt);
                if (flight != null) {
                    launched.put(key, flight);
                }
            }
            return launched;
        } catch (RuntimeException | Error e) { // a key that fails must not lock those before it
            if (flight != null) {
                generation.flights().crash(flight, e);
            }
            launched.values().forEach(before -> generation.flights().crash(before, e));
            throw e;
        }
    }

    private void start(Generation<K, V> generation, BulkRequest<K, V> request, Attempt attempt) {
        if (!context.loadTimes().areBounded()) {
            loads.flyAll(generation, request);
            return;
        }
        try {
            attempt.handOver(context.executor(), () -> loads.flyAll(generation, request));
        } catch (RuntimeException | Error e) { // refused, or the machine has no more threads to give
            LoadRejectedException rejected = new LoadRejectedException(
                    "the Larder's executor takes no more loads (cache '" + context.name() + "')", e);
            request.flights().values().forEach(flight -> generation.flights().crash(flight, rejected));
        }
    }

    private void collect(
            Set<K> missing,
            Map<K, Flight<K, V>> launched,
            Function<K, Wanted<K, V>> wanted,
            Map<K, @Nullable V> values) {
        LarderException failure = null;
        for (K key : missing) {
            Flight<K, V> flight = launched.get(key);
            try {
                values.put(
                        key,
                        flight == null
                                ? misses.get(context.near().current(), key, wanted.apply(key))
                                : misses.arrival(flight, wanted.apply(key)));
            } catch (LarderException e) {
                failure = failure == null ? e : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
