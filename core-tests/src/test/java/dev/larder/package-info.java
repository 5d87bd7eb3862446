/**
 * Tests of the public API, one class a theme: what {@link dev.larder.Cache} promises in its Javadoc and in the guarantees
 * G1 to G10, on a fake clock and a fake origin.
 */
@NullMarked
package dev.larder;

import org.jspecify.annotations.NullMarked;
