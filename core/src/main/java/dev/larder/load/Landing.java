package dev.larder.load;

import dev.larder.store.Node;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a flight.
 *
 * @param node the value; null where nothing was found and there was no loader
 * @param source where it came from
 */
public record Landing<K, V>(@Nullable Node<K, V> node, Source source) {
    /** Where a value came from. */
    public enum Source {
        /** The near tier after all: another flight had just landed. */
        NEAR,
        /** A far tier. */
        FAR,
        /** A far tier, past its time to live. */
        STALE,
        /** A far tier, past its time to live, because the load failed. */
        FALLBACK,
        /** The user's loader. */
        ORIGIN,
        /** Nowhere. */
        NOTHING
    }
}
