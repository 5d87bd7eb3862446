/**
 * Which keys a benchmark asks for: skewed draws, and keys that flatter no hash. Pure; measures nothing. Open
 * {@link dev.larder.benchmarks.keys.Zipf} first.
 */
@NullMarked
package dev.larder.benchmarks.keys;

import org.jspecify.annotations.NullMarked;
