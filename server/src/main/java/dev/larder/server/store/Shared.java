package dev.larder.server.store;

import dev.larder.server.memory.Pages;

/**
 * What all shards of a store use.
 *
 * @param pages the memory
 * @param sip the keyed hash
 * @param clock the time of day
 * @param databases which database is which
 * @param tags when tags were invalidated
 * @param listener hears of keys that leave
 * @param neighbours makes room where a shard has nothing left to give
 */
record Shared(
        Pages pages,
        SipHash sip,
        WallClock clock,
        Databases databases,
        Tags tags,
        StoreListener listener,
        Neighbours neighbours) {

    /** The other shards, as one sees them. */
    @FunctionalInterface
    interface Neighbours {
        /** Has another shard give up a page's worth; false where none does. */
        boolean makeRoom(Shard forWhom);
    }
}
