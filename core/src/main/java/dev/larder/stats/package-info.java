/**
 * Counting. Owns the always-on counters of a cache and their snapshot; refuses to keep time series or to export.
 * Open {@link dev.larder.stats.CacheStats} first.
 */
@NullMarked
package dev.larder.stats;

import org.jspecify.annotations.NullMarked;
