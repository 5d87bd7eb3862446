/**
 * Larder's store, Larder's cache and the other in-process caches behind one tiny interface, one file each, each as its
 * documentation advises for the task. Core's internals are used by {@code LarderStorePeer} alone. Open
 * {@link dev.larder.benchmarks.engine.peer.EnginePeer} first.
 */
@NullMarked
package dev.larder.benchmarks.engine.peer;

import org.jspecify.annotations.NullMarked;
