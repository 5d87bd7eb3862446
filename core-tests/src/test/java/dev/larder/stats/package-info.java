/** Tests of counting. Open CountersTest first. */
@NullMarked
package dev.larder.stats;

import org.jspecify.annotations.NullMarked;
