/**
 * Memory for bytes on their way: what was read from a connection and is not a whole message yet, what is written and not
 * sent yet, and what numbers and words look like in bytes. It knows of no protocol. Open
 * {@link dev.larder.protocol.bytes.InputBuffer} first.
 */
@NullMarked
package dev.larder.protocol.bytes;

import org.jspecify.annotations.NullMarked;
