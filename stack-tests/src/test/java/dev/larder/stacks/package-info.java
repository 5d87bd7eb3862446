/** Stacks of real tiers: what every tier must do, done by rows of them; and whole Larders over a row. */
@NullMarked
package dev.larder.stacks;

import org.jspecify.annotations.NullMarked;
