/**
 * Decides which entry leaves when room is needed, and keeps none: policies see slot numbers only, so that the same
 * classes serve heap objects, off-heap bytes and simulations. Open {@link dev.larder.policy.Policy} first.
 */
@NullMarked
package dev.larder.policy;

import org.jspecify.annotations.NullMarked;
