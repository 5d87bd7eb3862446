/**
 * Redis (and what speaks its protocol) as the tier that processes share, on the Lettuce client. It owns the layout of
 * keys and values in Redis, the scripts that keep them coherent and the stream that carries invalidations; it takes no
 * decision about freshness, and neither retries nor times out what it is asked. Open {@link dev.larder.redis.RedisCache}
 * first, then {@link dev.larder.redis.Script}.
 */
@NullMarked
package dev.larder.redis;

import org.jspecify.annotations.NullMarked;
