package dev.larder.store;

import org.jspecify.annotations.Nullable;

/** Weighs entries by their estimated bytes of heap: key, value and what the store needs to keep them. Thread-safe. */
public final class EntryBytes<K, V> implements Weigher<K, V> {
    /** A node, its slot, its place in the index and its share of the policy. */
    private static final long OVERHEAD = 72;

    @Override
    public int weigh(K key, @Nullable V value) {
        long bytes = OVERHEAD + of(key) + (value == null ? 0 : of(value));
        return (int) Math.min(Integer.MAX_VALUE, bytes);
    }

    private static long of(Object object) {
        if (object instanceof String text) {
            return 40L + text.length();
        }
        return object instanceof byte[] bytes ? 16L + bytes.length : 24L;
    }
}
