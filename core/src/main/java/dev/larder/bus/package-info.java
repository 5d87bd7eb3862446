/**
 * Carries invalidations between processes, with proof that none was missed. Open {@link dev.larder.bus.BusListener}
 * first.
 */
@NullMarked
package dev.larder.bus;

import org.jspecify.annotations.NullMarked;
