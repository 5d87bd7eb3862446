/**
 * Other processes a measurement needs: child JVMs that talk in lines, and a Redis server of its own. Every one ends with
 * this process, whatever happens. Open {@link dev.larder.benchmarks.process.ChildJvm} first.
 */
@NullMarked
package dev.larder.benchmarks.process;

import org.jspecify.annotations.NullMarked;
