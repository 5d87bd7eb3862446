package dev.larder.server.store;

/** The time of day, in which clients give expiries. It may jump. Thread-safe. */
@FunctionalInterface
public interface WallClock {
    /** Milliseconds since 1970. */
    long millis();
}
