/** Tests of the binary codecs. */
@NullMarked
package dev.larder.binary;

import org.jspecify.annotations.NullMarked;
