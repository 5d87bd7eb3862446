/**
 * Values as CBOR (RFC 8949) or Smile, which say what JSON says in fewer bytes. Name one for a cache:
 * {@code codec(BinaryCodecs.cbor(Product.class))}. Open {@link dev.larder.binary.BinaryCodecs} first.
 */
@NullMarked
package dev.larder.binary;

import org.jspecify.annotations.NullMarked;
