package dev.larder.server.client;

import dev.larder.protocol.resp.Arguments;

/**
 * A command that waits for {@code EXEC}.
 *
 * @param command what it is, to whoever put it here
 * @param arguments a copy of its own
 */
public record Queued(Object command, Arguments arguments) {}
