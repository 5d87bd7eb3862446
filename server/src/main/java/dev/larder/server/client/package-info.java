/**
 * What the server knows of those who are connected: state of each connection, who listens to which channel, counters. It
 * knows neither sockets nor commands. Open {@link Client} first.
 */
@NullMarked
package dev.larder.server.client;

import org.jspecify.annotations.NullMarked;
