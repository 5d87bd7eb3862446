/**
 * Keeps the entries of a cache node outside the heap, and decides nothing: who leaves is up to {@code core}'s policies,
 * what a command means to the layer above. Knows no protocol and no connection. Open
 * {@link dev.larder.server.store.OffHeapStore} first, then {@link dev.larder.server.store.Entry}.
 */
@NullMarked
package dev.larder.server.store;

import org.jspecify.annotations.NullMarked;
