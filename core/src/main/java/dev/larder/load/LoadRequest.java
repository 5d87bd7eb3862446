package dev.larder.load;

import dev.larder.store.Node;
import org.jspecify.annotations.Nullable;

/**
 * What a flight is to do.
 *
 * @param loader asks the origin; null where only tiers are to be asked
 * @param stale what the near tier has, to be served where the load fails; null for nothing
 * @param refresh whether the callers have their value already, and a fresher one is wanted
 */
public record LoadRequest<K, V>(
        @Nullable EntryLoader<K, V> loader, @Nullable Node<K, V> stale, boolean refresh) {}
