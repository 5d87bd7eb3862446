/**
 * What becomes of keys when a Memcached server joins the ring. Open {@link dev.larder.benchmarks.ring.RingCommand} first.
 */
@NullMarked
package dev.larder.benchmarks.ring;

import org.jspecify.annotations.NullMarked;
