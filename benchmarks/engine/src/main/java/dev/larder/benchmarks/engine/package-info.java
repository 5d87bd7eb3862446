/**
 * What the benchmarks of the in-process engine run in processes of their own: speed under JMH, bytes on the heap, the
 * slowest writes. It compiles for Java 17 and needs nothing but core and the libraries compared, so that a JVM of any
 * newer JDK can run it. Who runs when, and what the figures mean, is decided by the benchmarks' own module. Open
 * {@link dev.larder.benchmarks.engine.EngineBenchmark} first.
 */
@NullMarked
package dev.larder.benchmarks.engine;

import org.jspecify.annotations.NullMarked;
