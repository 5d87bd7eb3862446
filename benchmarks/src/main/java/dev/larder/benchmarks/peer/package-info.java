/**
 * Larder and its peers behind one tiny interface, one file each, each configured as its own documentation advises for
 * the same task: the same value, the same codec, the same time to live, statistics on. Open
 * {@link dev.larder.benchmarks.peer.Peer} first.
 */
@NullMarked
package dev.larder.benchmarks.peer;

import org.jspecify.annotations.NullMarked;
