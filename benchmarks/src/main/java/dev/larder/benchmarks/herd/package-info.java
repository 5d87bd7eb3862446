/**
 * The herd: several processes ask at once for one key that no tier holds. Counts the queries the origin saw, and how
 * long the last caller waited; also when the process that loads is killed. Open
 * {@link dev.larder.benchmarks.herd.HerdCommand} first.
 */
@NullMarked
package dev.larder.benchmarks.herd;

import org.jspecify.annotations.NullMarked;
