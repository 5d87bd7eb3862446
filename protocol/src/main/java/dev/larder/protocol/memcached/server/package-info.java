/**
 * Memcached's text and meta commands as a server hears and answers them: requests from bytes, and replies to bytes. It
 * owns syntax, its limits and the words of complaints; it sees no socket and no store. Open
 * {@link dev.larder.protocol.memcached.server.TextRequestParser} first.
 */
@NullMarked
package dev.larder.protocol.memcached.server;

import org.jspecify.annotations.NullMarked;
