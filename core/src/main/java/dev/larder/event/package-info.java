/**
 * Telling the user what happened to entries, off the caller's thread and bounded. Open
 * {@link dev.larder.event.CacheListener} first.
 */
@NullMarked
package dev.larder.event;

import org.jspecify.annotations.NullMarked;
