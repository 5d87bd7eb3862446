package dev.larder.store;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/** Looks at all entries of a store, one shard at a time under its lock. Thread-safe as the shards are. */
final class StoreViews<K, V> {
    private final Shard<K, V>[] shards;

    StoreViews(Shard<K, V>[] shards) {
        this.shards = shards;
    }

    /** A node and its place in the order of its shard, as a share of all places there. */
    private record Ranked<K, V>(Node<K, V> node, double rank) {}

    /** Up to {@code limit} entries by heat: shards rank their own, and equal shares of them are taken for equally hot. */
    List<Node<K, V>> ranked(int limit, boolean hottestFirst) {
        List<Ranked<K, V>> candidates = new ArrayList<>();
        for (Shard<K, V> shard : shards) {
            List<Node<K, V>> ordered = coldestFirst(shard);
            if (hottestFirst) {
                Collections.reverse(ordered);
            }
            for (int i = 0; i < Math.min(limit, ordered.size()); i++) {
                candidates.add(new Ranked<>(ordered.get(i), (i + 0.5) / ordered.size()));
            }
        }
        candidates.sort(Comparator.comparingDouble(Ranked::rank));
        return candidates.stream().limit(limit).map(Ranked::node).toList();
    }

    private List<Node<K, V>> coldestFirst(Shard<K, V> shard) {
        shard.enter();
        try {
            return shard.coldestFirst();
        } finally {
            shard.lock.owner = ShardLock.NOBODY;
            shard.lock.wake();
        }
    }

    /** Copies one shard at a time, so that a key which moves to another slot is not met twice. */
    Iterator<Node<K, V>> iterator() {
        return new ShardIterator();
    }

    private final class ShardIterator implements Iterator<Node<K, V>> {
        private int nextShard;
        private int nextSlot;
        private @Nullable Node<K, V>[] nodes;
        private @Nullable Node<K, V> next;

        ShardIterator() {
            nodes = copyNextShard();
            advance();
        }

        private void advance() {
            next = null;
            while (next == null) {
                if (nextSlot < nodes.length) {
                    next = nodes[nextSlot++];
                } else if (nextShard < shards.length) {
                    nodes = copyNextShard();
                } else {
                    return;
                }
            }
        }

        private @Nullable Node<K, V>[] copyNextShard() {
            Shard<K, V> shard = shards[nextShard++];
            nextSlot = 0;
            shard.enter();
            try {
                return shard.snapshot();
            } finally {
                shard.lock.owner = ShardLock.NOBODY;
                shard.lock.wake();
            }
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public Node<K, V> next() {
            Node<K, V> result = next;
            if (result == null) {
                throw new NoSuchElementException("the iteration is over");
            }
            advance();
            return result;
        }
    }
}
