/**
 * What commands mean: the table of all of them, who may use one when, and one class for each family. It reads no bytes
 * from a socket and keeps no values: those are in {@code store}. Open {@link CommandTable} first, then {@link Dispatcher}.
 */
@NullMarked
package dev.larder.server.command;

import org.jspecify.annotations.NullMarked;
