/**
 * Bytes for keys and values that leave the process: codecs and the envelope around a value. Knows no tier. Open
 * {@link dev.larder.codec.Envelope} first.
 */
@NullMarked
package dev.larder.codec;

import org.jspecify.annotations.NullMarked;
