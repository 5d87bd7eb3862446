package dev.larder.memcached;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Somebody who tells which servers there are at present. Thread-safe. */
interface Discovery extends AutoCloseable {
    /**
     * Asks once. Fails with a {@link dev.larder.failure.TierException} that says why there is no list; a list has one server
     * at least. Whoever gives up waiting cancels it.
     */
    CompletableFuture<List<HostAndPort>> ask();

    /** Who is asked, for messages. */
    @Override
    String toString();

    /** Lets go of what asking needs. */
    @Override
    void close();
}
