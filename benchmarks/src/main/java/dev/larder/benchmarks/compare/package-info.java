/**
 * Larder's in-process engine beside other in-process caches: who runs against whom and when, what was promised, and the
 * page that says whether it was kept. What runs in the measured processes is {@link dev.larder.benchmarks.engine}'s. Open
 * {@link dev.larder.benchmarks.compare.EngineCommand} first.
 */
@NullMarked
package dev.larder.benchmarks.compare;

import org.jspecify.annotations.NullMarked;
