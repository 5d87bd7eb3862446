/**
 * A whole catalogue rebuilt while readers read: misses and stale values the switch causes, what readers wait, and the
 * memory it takes; in process and on Redis. Open {@link dev.larder.benchmarks.rebuild.RebuildCommand} first.
 */
@NullMarked
package dev.larder.benchmarks.rebuild;

import org.jspecify.annotations.NullMarked;
