package dev.larder;

import dev.larder.load.CacheContext;
import dev.larder.read.Lookup;
import dev.larder.read.ReadPath;
import dev.larder.store.Node;
import dev.larder.store.Store;
import dev.larder.write.WritePath;
import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * A cache's near tier as a {@link ConcurrentMap}: see {@link Cache#asMap()}. Thread-safe; a live view without state.
 *
 * <p>{@code compute} and its kin are {@link ConcurrentMap}'s own: they try and try again, and call the function without a
 * lock held.
 */
final class CacheMap<K, V> extends AbstractMap<K, V> implements ConcurrentMap<K, V> {
    private final LarderCache<K, V> cache;
    private final CacheContext<K, V> context;
    private final ReadPath<K, V> reads;
    private final WritePath<K, V> writes;

    CacheMap(LarderCache<K, V> cache, CacheContext<K, V> context, ReadPath<K, V> reads, WritePath<K, V> writes) {
        this.cache = cache;
        this.context = context;
        this.reads = reads;
        this.writes = writes;
    }

    @SuppressWarnings("unchecked") // a key of another type equals no key and so finds nothing
    private K cast(@Nullable Object key) {
        return (K) Objects.requireNonNull(key, "key");
    }

    @Override
    public @Nullable V get(@Nullable Object key) {
        Lookup<V> found = reads.lookupNear(cast(key));
        return found.isHit() ? found.value() : null;
    }

    @Override
    public boolean containsKey(@Nullable Object key) {
        return get(key) != null;
    }

    /** Remembers the fresh value that a conditional change met. */
    private static final class Met<K, V> {
        private @Nullable V value;

        private boolean note(@Nullable Node<K, V> fresh) {
            value = fresh == null ? null : fresh.value();
            return value != null;
        }
    }

    @Override
    public @Nullable V put(K key, V value) {
        Met<K, V> met = new Met<>();
        Objects.requireNonNull(value, "value");
        writes.putIf(cast(key), value, fresh -> {
            met.note(fresh);
            return true;
        });
        return met.value;
    }

    @Override
    public @Nullable V putIfAbsent(K key, V value) {
        Met<K, V> met = new Met<>();
        Objects.requireNonNull(value, "value");
        writes.putIf(cast(key), value, fresh -> !met.note(fresh));
        return met.value;
    }

    @Override
    public @Nullable V replace(K key, V value) {
        Met<K, V> met = new Met<>();
        Objects.requireNonNull(value, "value");
        writes.putIf(cast(key), value, met::note);
        return met.value;
    }

    @Override
    public boolean replace(K key, V oldValue, V newValue) {
        return cache.replace(key, oldValue, newValue);
    }

    @Override
    public @Nullable V remove(@Nullable Object key) {
        return writes.removeIf(cast(key), fresh -> true);
    }

    @Override
    public boolean remove(@Nullable Object key, @Nullable Object value) {
        return value != null && writes.removeIfEqual(cast(key), value);
    }

    @Override
    public void clear() {
        cache.clear();
    }

    @Override
    public int size() {
        return (int)
                Math.min(Integer.MAX_VALUE, context.near().current().store().size());
    }

    @Override
    public boolean isEmpty() {
        return !new Entries().hasNext();
    }

    @Override
    public Set<K> keySet() {
        return new KeyView();
    }

    @Override
    public Set<Map.Entry<K, V>> entrySet() {
        return new EntryView();
    }

    private final class KeyView extends AbstractSet<K> {
        @Override
        public Iterator<K> iterator() {
            Entries entries = new Entries();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return entries.hasNext();
                }

                @Override
                public K next() {
                    return entries.next().getKey();
                }

                @Override
                public void remove() {
                    entries.remove();
                }
            };
        }

        @Override
        public boolean contains(@Nullable Object key) {
            return containsKey(key);
        }

        @Override
        public boolean remove(@Nullable Object key) {
            return CacheMap.this.remove(key) != null;
        }

        @Override
        public int size() {
            return CacheMap.this.size();
        }

        @Override
        public void clear() {
            CacheMap.this.clear();
        }
    }

    private final class EntryView extends AbstractSet<Map.Entry<K, V>> {
        @Override
        public Iterator<Map.Entry<K, V>> iterator() {
            return new Entries();
        }

        @Override
        public boolean contains(@Nullable Object entry) {
            return entry instanceof Map.Entry<?, ?> asked
                    && asked.getValue() != null
                    && asked.getValue().equals(CacheMap.this.get(asked.getKey()));
        }

        @Override
        public boolean remove(@Nullable Object entry) {
            return entry instanceof Map.Entry<?, ?> asked && CacheMap.this.remove(asked.getKey(), asked.getValue());
        }

        @Override
        public int size() {
            return CacheMap.this.size();
        }

        @Override
        public void clear() {
            CacheMap.this.clear();
        }
    }

    /** Goes over the fresh entries; weakly consistent as the store's own iterator. */
    private final class Entries implements Iterator<Map.Entry<K, V>> {
        private final Store<K, V> store = context.near().current().store();
        private final Iterator<Node<K, V>> nodes = store.iterator();
        private @Nullable Entry next = advance();
        private @Nullable Entry last;

        private @Nullable Entry advance() {
            while (nodes.hasNext()) {
                Node<K, V> node = nodes.next();
                V value = node.value();
                if (value != null && isThere(node)) {
                    return new Entry(node.key(), value);
                }
            }
            return null;
        }

        /** The iterator may have met it long ago. */
        @SuppressWarnings("ReferenceEquality") // a node is itself, whatever it holds
        private boolean isThere(Node<K, V> node) {
            long proof = context.proofNanos();
            return store.peek(node.key()) == node
                    && context.isFresh(node, context.ticker().nanos(), proof);
        }

        @Override
        public boolean hasNext() {
            return next != null;
        }

        @Override
        public Map.Entry<K, V> next() {
            Entry current = next;
            if (current == null) {
                throw new NoSuchElementException();
            }
            last = current;
            next = advance();
            return current;
        }

        @Override
        public void remove() {
            if (last == null) {
                throw new IllegalStateException("remove() needs a next() before it");
            }
            CacheMap.this.remove(last.getKey());
            last = null;
        }
    }

    /** An entry as it was met; setting its value puts it. */
    private final class Entry extends SimpleEntry<K, V> {
        private static final long serialVersionUID = 1L;

        Entry(K key, V value) {
            super(key, value);
        }

        @Override
        public V setValue(V value) {
            CacheMap.this.put(getKey(), value);
            return super.setValue(value);
        }
    }
}
