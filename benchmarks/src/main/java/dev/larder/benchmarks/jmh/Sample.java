package dev.larder.benchmarks.jmh;

import dev.larder.benchmarks.peer.PeerKind;

/**
 * What one fork measured. Immutable.
 *
 * @param contest under which conditions
 * @param peer who
 * @param round in which round
 * @param nanos time of one operation, as its thread sees it
 * @param cpuNanos processor time of one operation, over the whole process
 * @param redisHits keys that Redis found for one operation
 */
record Sample(Contest contest, PeerKind peer, int round, double nanos, double cpuNanos, double redisHits) {}
