/**
 * Reads of a shared tier beside bare clients and other caches, by processes that take turns, a slice each. Open {@link
 * dev.larder.benchmarks.far.FarCommand} first.
 */
@NullMarked
package dev.larder.benchmarks.far;

import org.jspecify.annotations.NullMarked;
