/** Tests of clocks. Open PacedTickerTest first. */
@NullMarked
package dev.larder.time;

import org.jspecify.annotations.NullMarked;
