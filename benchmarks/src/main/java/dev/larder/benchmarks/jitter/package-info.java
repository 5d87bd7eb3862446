/**
 * What jitter does to the reloads of many entries that were loaded at once, simulated with the rules of expiry that caches
 * use. Open {@link dev.larder.benchmarks.jitter.JitterCommand} first.
 */
@NullMarked
package dev.larder.benchmarks.jitter;

import org.jspecify.annotations.NullMarked;
