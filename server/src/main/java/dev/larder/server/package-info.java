/**
 * A cache node: {@link dev.larder.server.LarderServer} starts one, in this process, with the settings in {@link
 * dev.larder.server.ServerOptions}. The parts are in the packages below.
 */
@NullMarked
package dev.larder.server;

import org.jspecify.annotations.NullMarked;
