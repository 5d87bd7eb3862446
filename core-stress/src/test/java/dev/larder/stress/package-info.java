/** Runs the stress tests of all other packages. */
@NullMarked
package dev.larder.stress;

import org.jspecify.annotations.NullMarked;
