/**
 * The herd: many requests at once for one product that no tier holds, with and without protection. Open
 * {@link dev.larder.storefront.herd.Herd} first.
 */
@NullMarked
package dev.larder.storefront.herd;

import org.jspecify.annotations.NullMarked;
