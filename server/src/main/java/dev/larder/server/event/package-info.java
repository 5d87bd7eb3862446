/**
 * What becomes of keys, told to those who listen: keyspace events for channels, and invalidations for clients that cache.
 * It hears of changes from commands and from the store, and changes nothing itself. Open {@link Notices} first.
 */
@NullMarked
package dev.larder.server.event;

import org.jspecify.annotations.NullMarked;
