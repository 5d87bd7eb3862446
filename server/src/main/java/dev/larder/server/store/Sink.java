package dev.larder.server.store;

/**
 * Takes a value, in one piece or, where it is long, in several. Called under the lock of a shard: it copies or writes, and
 * neither waits nor calls the store.
 */
@FunctionalInterface
public interface Sink {
    /** The next piece; valid during the call. */
    void piece(Slice bytes);
}
