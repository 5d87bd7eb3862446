package dev.larder.load;

import dev.larder.failure.KeyText;
import dev.larder.failure.LarderException;
import dev.larder.failure.LoadException;
import dev.larder.failure.RecursiveLoadException;
import dev.larder.stats.Count;
import dev.larder.store.Node;
import dev.larder.store.NodeFactory;
import dev.larder.tag.Begin;
import dev.larder.time.Ticker;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Calls the user's loaders: within the limit on loads, counted, timed, and told to the listeners.
 *
 * <p>Thread-safe as the loaders are. Whatever a loader throws comes out as the cause of a {@link LoadException}, but for
 * a circle of loads and for an interrupt of the loading thread, which are no fault of the origin.
 */
final class Origin<K, V> {
    private static final Duration LONGEST = Duration.ofNanos(Ticker.NEVER);

    private final CacheContext<K, V> context;

    Origin(CacheContext<K, V> context) {
        this.context = context;
    }

    /** Loads {@code key} on the calling thread. */
    Node<K, V> load(K key, EntryLoader<K, V> loader) {
        return context.limit().loading(context.loadTimes().longestWait(false), () -> call(key, loader));
    }

    private Node<K, V> call(K key, EntryLoader<K, V> loader) {
        Begin begin = context.begin();
        long born = begin.nanos();
        try {
            context.counters().add(Count.LOADS);
            Loaded<V> loaded = Objects.requireNonNull(loader.load(key), "the loader gave no Loaded");
            Duration own = loaded.ownTimeToLive();
            Node<K, V> node =
                    context.nodes().node(key, loaded.value(), born, own == null ? NodeFactory.CACHES_OWN : nanos(own));
            Node<K, V> tagged = tagged(node, loaded.tags(), begin);
            succeeded(tagged, born);
            return tagged;
        } catch (Throwable e) { // user code may throw anything; it is handed on as a cause
            throw failed(Set.of(key), e);
        } finally {
            context.counters().add(Count.LOAD_NANOS, context.ticker().nanos() - born);
        }
    }

    /** Lives longer than a long can tell are for ever. */
    private static long nanos(Duration timeToLive) {
        return timeToLive.compareTo(LONGEST) >= 0 ? Ticker.NEVER : timeToLive.toNanos();
    }

    /** Loads {@code keys} in one call; every key has a node in the answer. */
    Map<K, Node<K, V>> loadAll(Set<K> keys, BulkLoader<K, V> loader) {
        return context.limit().loading(context.loadTimes().longestWait(false), () -> callAll(keys, loader));
    }

    private Map<K, Node<K, V>> callAll(Set<K> keys, BulkLoader<K, V> loader) {
        Begin begin = context.begin();
        long born = begin.nanos();
        try {
            context.counters().add(Count.LOADS, keys.size());
            Map<? extends K, ? extends V> values =
                    Objects.requireNonNull(loader.loadAll(keys), "the bulk loader gave no map");
            Map<K, Node<K, V>> nodes = new HashMap<>();
            for (K key : keys) {
                Node<K, V> node = tagged(context.nodes().node(key, values.get(key), born), List.of(), begin);
                succeeded(node, born);
                nodes.put(key, node);
            }
            return nodes;
        } catch (Throwable e) { // as in load
            throw failed(keys, e);
        } finally {
            context.counters().add(Count.LOAD_NANOS, context.ticker().nanos() - born);
        }
    }

    private Node<K, V> tagged(Node<K, V> node, List<String> own, Begin begin) {
        if (!own.isEmpty() && !context.keepsTags()) {
            throw new IllegalArgumentException("the shared tier of this cache keeps no tags, but its loader gave some");
        }
        return context.tagging().tagged(node, own, begin);
    }

    private void succeeded(Node<K, V> node, long born) {
        context.failures().onSuccess(node.key());
        if (context.events().isHeard()) {
            long nanos = context.ticker().nanos() - born;
            context.events().publish(listener -> listener.onLoad(node.key(), node.value(), nanos));
        }
    }

    private LarderException failed(Set<K> keys, Throwable cause) {
        if (cause instanceof RecursiveLoadException circle) {
            return circle;
        }
        boolean isInterrupt =
                cause instanceof InterruptedException || Thread.currentThread().isInterrupted();
        if (isInterrupt) {
            Thread.currentThread().interrupt();
            return new AbandonedLoadException(cause);
        }
        context.counters().add(Count.LOAD_FAILURES, keys.size());
        for (K key : keys) {
            context.failures().onFailure(key, cause, context.ticker().nanos());
        }
        return LoadFailure.of(context.name(), KeyText.of(keys.iterator().next()), cause);
    }
}
