/**
 * Sockets and event loops: accepting connections, reading requests, sending replies, and what limits them. It knows no
 * command. Open {@link Connection} first.
 */
@NullMarked
package dev.larder.server.net;

import org.jspecify.annotations.NullMarked;
