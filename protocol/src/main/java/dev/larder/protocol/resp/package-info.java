/**
 * RESP, the protocol of Redis: on the server's side requests from bytes and replies to bytes, on the client's side replies
 * from bytes. It owns syntax and its limits; it sees no socket and no store, and knows of no command what it is good for.
 * Open {@link dev.larder.protocol.resp.RequestParser} first.
 */
@NullMarked
package dev.larder.protocol.resp;

import org.jspecify.annotations.NullMarked;
