/**
 * Several shared tiers in a row, as one: fronts that hold copies, and the back that all processes share. It refuses to hold
 * anything of its own. Open {@link dev.larder.stack.StackTier} first.
 */
@NullMarked
package dev.larder.stack;

import org.jspecify.annotations.NullMarked;
