/**
 * What the running shop tells of itself: totals, a history of the last minutes second by second, latency quantiles.
 * Open {@link dev.larder.storefront.status.StatusReport} first.
 */
@NullMarked
package dev.larder.storefront.status;

import org.jspecify.annotations.NullMarked;
