/**
 * What a shared tier must be able to do, how it is found by its URI, and how a broken one is kept from breaking reads.
 * Open {@link dev.larder.tier.FarTier} first.
 */
@NullMarked
package dev.larder.tier;

import org.jspecify.annotations.NullMarked;
