/**
 * The one value, with its one codec, that every scenario with Redis or a shop caches. Pure; measures nothing. How keys
 * are drawn is {@link dev.larder.benchmarks.keys}'. Open {@link dev.larder.benchmarks.workload.Item} first.
 */
@NullMarked
package dev.larder.benchmarks.workload;

import org.jspecify.annotations.NullMarked;
