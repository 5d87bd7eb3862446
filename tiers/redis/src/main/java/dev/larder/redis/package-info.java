/**
 * Redis (and what speaks its protocol) as the tier that processes share, on the Lettuce client. It owns the layout of
 * keys and values in Redis and the scripts that keep them coherent; it takes no decision about freshness.
 */
@NullMarked
package dev.larder.redis;

import org.jspecify.annotations.NullMarked;
