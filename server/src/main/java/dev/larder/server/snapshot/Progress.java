package dev.larder.server.snapshot;

/** Hears how far a loading has come, after each block, on its thread and under no lock. */
@FunctionalInterface
public interface Progress {
    /** Tells nobody. */
    Progress NONE = (bytes, of, report) -> {};

    /** So many bytes of so many were read. */
    void reached(long bytes, long of, LoadReport report);
}
