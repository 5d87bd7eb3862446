/** Recorded requests replayed through real caches: who hits how often. */
@NullMarked
package dev.larder.benchmarks.replay;

import org.jspecify.annotations.NullMarked;
