/**
 * The server's settings, by the names that Redis has for them: which there are, what their values may be, reading them
 * from a file or a command line, and changing them. It does nothing about them. Open {@link Directives} first.
 */
@NullMarked
package dev.larder.server.config;

import org.jspecify.annotations.NullMarked;
