/**
 * Values as JSON, by Jackson. It turns values into bytes and back and nothing else: framing, format versions and
 * storage belong to the tier. Stored bytes never choose a class. Open {@link dev.larder.json.JsonCodec} first.
 */
@NullMarked
package dev.larder.json;

import org.jspecify.annotations.NullMarked;
