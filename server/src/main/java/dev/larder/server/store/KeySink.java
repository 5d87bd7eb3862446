package dev.larder.server.store;

/** Takes keys. Called as a {@link Sink} is. */
@FunctionalInterface
public interface KeySink {
    /** A key of a database. It is valid during the call. */
    void key(int database, Slice key);
}
