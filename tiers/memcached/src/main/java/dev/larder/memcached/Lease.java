package dev.larder.memcached;

import dev.larder.memcached.Keyspace.Entry;
import org.jspecify.annotations.Nullable;

/**
 * The right to store one key, as its holder knows it. Immutable.
 *
 * @param session the connection it was won on, and ends with; null for a key whose server is away, of which nothing is kept
 * @param generation the generation it is for
 * @param ring the number of the ring it is for: what is stored with it has this as its stamp
 * @param fence the CAS number that the value's item had when the lease was won: whoever invalidates changes it
 * @param mark the CAS number of the lease's item
 * @param isPlaceKept whether the value's item is but a place kept
 * @param endNanos when it ends, by this process's ticker: before the server's own end
 */
record Lease(
        @Nullable Session session,
        String generation,
        int ring,
        Entry entry,
        long fence,
        long mark,
        boolean isPlaceKept,
        long endNanos) {

    Lease renewed(long newFence, long newMark, long newEndNanos) {
        return new Lease(session, generation, ring, entry, newFence, newMark, isPlaceKept, newEndNanos);
    }

    /** The same where there is a value, and no place is kept. */
    Lease overValue() {
        return new Lease(session, generation, ring, entry, fence, mark, false, endNanos);
    }
}
