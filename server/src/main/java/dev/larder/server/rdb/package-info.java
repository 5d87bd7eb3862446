/**
 * Redis's own form of values, as {@code DUMP} gives them and as its dump files have them: reading all that Redis 7.4 and
 * those before it write, but for what this server cannot keep, and writing what it has. What is read is not trusted: lengths
 * are checked, and nothing is allocated because a length was declared. Open {@link RdbValues} first.
 */
@NullMarked
package dev.larder.server.rdb;

import org.jspecify.annotations.NullMarked;
