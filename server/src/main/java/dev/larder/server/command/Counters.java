package dev.larder.server.command;

/** Sums of what workers counted. Not thread-safe, but for {@link #become} against {@link #minus}. */
final class Counters {
    long commands;
    long hits;
    long misses;
    long bytesIn;
    long bytesOut;
    long failures;
    long evicted;
    long expired;

    void add(Worker worker) {
        commands += worker.commands.sum();
        hits += worker.hits.sum();
        misses += worker.misses.sum();
        bytesIn += worker.bytesIn.sum();
        bytesOut += worker.bytesOut.sum();
        failures += worker.failures.sum();
    }

    synchronized void become(Counters other) {
        commands = other.commands;
        hits = other.hits;
        misses = other.misses;
        bytesIn = other.bytesIn;
        bytesOut = other.bytesOut;
        failures = other.failures;
        evicted = other.evicted;
        expired = other.expired;
    }

    /** The same less what {@code base} has; changes this one. What left the store is what {@code base} had then. */
    Counters minus(Counters base) {
        synchronized (base) {
            commands -= base.commands;
            hits -= base.hits;
            misses -= base.misses;
            bytesIn -= base.bytesIn;
            bytesOut -= base.bytesOut;
            failures -= base.failures;
            evicted = base.evicted;
            expired = base.expired;
        }
        return this;
    }
}
