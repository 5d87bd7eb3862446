package dev.larder.tier;

import dev.larder.store.Node;
import org.jspecify.annotations.Nullable;

/** What came of asking a far tier for the right to load a key. */
public sealed interface Claim<K, V> {
    /** It has a fresh value. */
    record Hit<K, V>(Node<K, V> node) implements Claim<K, V> {}

    /** Load, then fill or release with {@code lease}; {@code stale} is what it had, if that can be read. */
    record Won<K, V>(Lease lease, @Nullable Node<K, V> stale) implements Claim<K, V> {}

    /** Another process loads, and may be silent for {@code leaseLeftNanos} more at most. */
    record Lost<K, V>(@Nullable Node<K, V> stale, long leaseLeftNanos) implements Claim<K, V> {}
}
