/**
 * Keeps entries in process, and decides nothing: who leaves is the {@code policy}'s word, what is fresh the
 * {@code expiry}'s. Open {@link dev.larder.store.Store} first.
 */
@NullMarked
package dev.larder.store;

import org.jspecify.annotations.NullMarked;
