/** Clients of {@code larder server}: Larder's own tiers, and what others wrote for Redis and Memcached, unchanged. */
@NullMarked
package dev.larder.clients;

import org.jspecify.annotations.NullMarked;
