package dev.larder.redis;

import org.jspecify.annotations.Nullable;

/**
 * What a process believes of a cache's generations; each step checks in Redis that it is still so. Immutable.
 *
 * @param server the {@link ServerIdentity} of whom it was read from
 * @param current the generation to read and to fill
 * @param next the generation that a rebuild is filling, where an invalidation must leave a tombstone
 */
record View(String server, String current, @Nullable String next) {
    /** Which run of which server that was; see {@link ServerIdentity#run}. */
    String run() {
        return ServerIdentity.run(server);
    }

    /** As the scripts take it: empty for none. */
    String nextOrNone() {
        return next == null ? "" : next;
    }
}
