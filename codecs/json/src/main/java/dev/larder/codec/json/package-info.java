/**
 * Values as JSON, by Jackson. It turns values into bytes and back and nothing else: framing, format versions and
 * storage belong to the tier. Default typing stays off, so that stored bytes never choose a class.
 */
@NullMarked
package dev.larder.codec.json;

import org.jspecify.annotations.NullMarked;
