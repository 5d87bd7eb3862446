/**
 * One load per key: loaders, flights that callers of a process share, limits on loads. Open
 * {@link dev.larder.load.Flights} first.
 */
@NullMarked
package dev.larder.load;

import org.jspecify.annotations.NullMarked;
