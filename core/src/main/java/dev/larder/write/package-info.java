/**
 * The way of a change: origin first, then every tier, then the bus; and the rebuild of a whole cache. Open
 * {@link dev.larder.write.WritePath} first.
 */
@NullMarked
package dev.larder.write;

import org.jspecify.annotations.NullMarked;
