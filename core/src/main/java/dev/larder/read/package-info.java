/**
 * The way of a read: near tier, flight, far tier, origin. Open {@link dev.larder.read.ReadPath} first.
 */
@NullMarked
package dev.larder.read;

import org.jspecify.annotations.NullMarked;
