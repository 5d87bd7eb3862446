/**
 * Memcached's text and meta commands as values: requests to bytes, and bytes, in whatever pieces they arrive, to replies.
 * It owns syntax and its limits; it sees no socket and no store, and knows of no command what it is good for. Both
 * directions share {@link dev.larder.protocol.memcached.Request} and {@link dev.larder.protocol.memcached.Reply}. Open
 * {@link dev.larder.protocol.memcached.ReplyParser} first.
 */
@NullMarked
package dev.larder.protocol.memcached;

import org.jspecify.annotations.NullMarked;
