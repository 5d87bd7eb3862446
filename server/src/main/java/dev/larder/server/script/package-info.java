/**
 * Lua scripts: compiling and running them, the libraries that they find, and how replies become values and values replies.
 * The only package that knows which interpreter of Lua it is; it knows neither commands nor the store. Open {@link
 * dev.larder.server.script.Interpreter} first.
 */
@NullMarked
package dev.larder.server.script;

import org.jspecify.annotations.NullMarked;
