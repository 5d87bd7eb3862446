/**
 * {@code larder server} beside redis-server and memcached: processor time, latency, memory, hit ratio, growth. Open
 * {@link dev.larder.benchmarks.server.ServerCommand} first.
 */
@NullMarked
package dev.larder.benchmarks.server;

import org.jspecify.annotations.NullMarked;
