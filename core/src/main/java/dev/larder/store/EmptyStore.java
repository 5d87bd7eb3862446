package dev.larder.store;

import dev.larder.event.RemovalCause;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps nothing: the near tier of a Larder that was opened without one. Thread-safe: it has no state. */
public final class EmptyStore<K, V> implements Store<K, V> {
    @Override
    public @Nullable Node<K, V> find(K key) {
        return null;
    }

    @Override
    public @Nullable Node<K, V> peek(K key) {
        return null;
    }

    @Override
    public @Nullable Node<K, V> update(K key, Change<K, V> change, RemovalCause cause) {
        return change.apply(null);
    }

    @Override
    public boolean remove(Node<K, V> node, RemovalCause cause) {
        return false;
    }

    @Override
    public int expire(long now, int maxEntries) {
        return 0;
    }

    @Override
    public void resize(long max) {
        // holds nothing
    }

    @Override
    public List<Node<K, V>> coldest(int limit) {
        return List.of();
    }

    @Override
    public List<Node<K, V>> hottest(int limit) {
        return List.of();
    }

    @Override
    public void clear(RemovalCause cause) {
        // holds nothing
    }

    @Override
    public long size() {
        return 0;
    }

    @Override
    public long weight() {
        return 0;
    }

    @Override
    public Iterator<Node<K, V>> iterator() {
        return Collections.emptyIterator();
    }
}
