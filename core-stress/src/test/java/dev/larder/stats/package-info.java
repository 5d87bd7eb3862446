/** What becomes of counts by threads that race. */
@NullMarked
package dev.larder.stats;

import org.jspecify.annotations.NullMarked;
