package dev.larder;

import dev.larder.load.CacheContext;
import dev.larder.store.Node;
import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.List;
import java.util.Map;

/** The near tier of one cache, seen from outside. Thread-safe. */
final class LarderNearView<K, V> implements NearView<K, V> {
    private final CacheContext<K, V> context;

    LarderNearView(CacheContext<K, V> context) {
        this.context = context;
    }

    @Override
    public long max() {
        return context.near().max();
    }

    @Override
    public void resize(long max) {
        if (max < 1) {
            throw new IllegalArgumentException("max must be >= 1 but was " + max + " (cache '" + context.name() + "')");
        }
        if (max() == 0) {
            throw new IllegalStateException("there is no near tier to resize (cache '" + context.name() + "')");
        }
        context.near().resize(max);
    }

    @Override
    public List<Map.Entry<K, V>> coldest(int limit) {
        long proof = context.proofNanos();
        return entries(context.near().current().store().coldest(checked(limit)), proof);
    }

    @Override
    public List<Map.Entry<K, V>> hottest(int limit) {
        long proof = context.proofNanos();
        return entries(context.near().current().store().hottest(checked(limit)), proof);
    }

    private int checked(int limit) {
        if (limit < 0) {
            throw new IllegalArgumentException(
                    "limit must be >= 0 but was " + limit + " (cache '" + context.name() + "')");
        }
        return limit;
    }

    private List<Map.Entry<K, V>> entries(List<Node<K, V>> nodes, long proof) {
        long now = context.ticker().nanos();
        return nodes.stream()
                .filter(node -> context.isOfUse(node, now, proof))
                .map(node -> (Map.Entry<K, V>) new SimpleImmutableEntry<K, V>(node.key(), node.value()))
                .toList();
    }
}
