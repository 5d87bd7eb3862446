/**
 * What can go wrong and what a caller may do about it: the exceptions, one per reaction, and the pure rules that follow a
 * failure (back-off, breaker). Does no I/O and reads no clock. Open {@link dev.larder.failure.LarderException} first.
 */
@NullMarked
package dev.larder.failure;

import org.jspecify.annotations.NullMarked;
