/** Tests of what leaves the process. */
@NullMarked
package dev.larder.codec;

import org.jspecify.annotations.NullMarked;
