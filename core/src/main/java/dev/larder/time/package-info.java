/**
 * Elapsed time and delayed work. The only package that reads a clock, sleeps or owns a timer; everything else is given
 * a {@link dev.larder.time.Ticker} and a {@link dev.larder.time.Scheduler}. Open {@link dev.larder.time.Ticker} first.
 */
@NullMarked
package dev.larder.time;

import org.jspecify.annotations.NullMarked;
