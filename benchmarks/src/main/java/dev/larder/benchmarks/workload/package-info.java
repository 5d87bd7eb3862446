/**
 * What every scenario reads: skewed draws, keys that flatter no hash, and one value with one codec. Pure; owns no
 * threads and measures nothing. Open {@link dev.larder.benchmarks.workload.Item} first.
 */
@NullMarked
package dev.larder.benchmarks.workload;

import org.jspecify.annotations.NullMarked;
