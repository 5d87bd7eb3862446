/**
 * How long a change in one process takes to reach the near tier of another. Open {@link
 * dev.larder.benchmarks.delay.DelayCommand} first.
 */
@NullMarked
package dev.larder.benchmarks.delay;

import org.jspecify.annotations.NullMarked;
