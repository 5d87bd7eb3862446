/**
 * What one hit costs, by JMH: forks of all contenders take turns, so that a machine that slows down slows all of them.
 * Open {@link dev.larder.benchmarks.jmh.TurnTaking} first.
 */
@NullMarked
package dev.larder.benchmarks.jmh;

import org.jspecify.annotations.NullMarked;
