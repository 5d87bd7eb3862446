package dev.larder.read;

import dev.larder.load.EntryLoader;
import dev.larder.store.Node;
import org.jspecify.annotations.Nullable;

/**
 * What a reader brings to a miss.
 *
 * @param loader how to load; null where only tiers are to be asked
 * @param stale what the near tier has that cannot be served as it is; null for nothing
 * @param sinceNanos when the call began: its time-outs count from there, however many keys or flights it waits for
 * @param known what this process knew of the others' changes when the call began
 */
record Wanted<K, V>(
        @Nullable EntryLoader<K, V> loader, @Nullable Node<K, V> stale, long sinceNanos, Known known) {}
