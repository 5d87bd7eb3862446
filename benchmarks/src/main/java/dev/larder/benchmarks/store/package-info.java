/**
 * Speed and memory of the server's off-heap store. Each contender runs in JVMs of its own. Open
 * {@link dev.larder.benchmarks.store.StoreCommand} first.
 */
@NullMarked
package dev.larder.benchmarks.store;

import org.jspecify.annotations.NullMarked;
