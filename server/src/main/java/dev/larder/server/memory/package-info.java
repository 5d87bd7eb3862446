/**
 * Memory outside the heap: pages from the system, counted and bounded, and blocks of any size within them that may be
 * moved. Knows nothing of keys and values. Open {@link dev.larder.server.memory.Blocks} first.
 */
@NullMarked
package dev.larder.server.memory;

import org.jspecify.annotations.NullMarked;
