/**
 * A server under mixed load for as long as one likes: who comes, what they ask, and what is seen of the server meanwhile.
 * Open {@link dev.larder.benchmarks.soak.SoakRun} first.
 */
@NullMarked
package dev.larder.benchmarks.soak;

import org.jspecify.annotations.NullMarked;
