/**
 * Memcached servers as the tier that processes share. It owns the layout of keys and values there, the order of commands
 * that keeps them coherent, the ring that places keys on servers and the log that carries invalidations; it takes no
 * decision about freshness, and neither retries nor times out what it is asked. Open
 * {@link dev.larder.memcached.MemcachedCache} first, then {@link dev.larder.memcached.LeaseSteps}.
 */
@NullMarked
package dev.larder.memcached;

import org.jspecify.annotations.NullMarked;
