package dev.larder.server.warm;

import java.util.Map;

/**
 * What came of a warm-up.
 *
 * @param counts what became of keys
 * @param refused keys that the destination did not take, by reason
 * @param ending how it ended
 * @param why a sentence for every ending but {@link Ending#DONE}; empty for that
 */
public record Summary(Counts counts, Map<String, Long> refused, Ending ending, String why) {
    /** How a warm-up ended. */
    public enum Ending {
        /** All that was asked for was looked at. */
        DONE,
        /** Somebody stopped it. */
        STOPPED,
        /** The destination is full. */
        FULL,
        /** A server went away, or does not let do what is needed. */
        BROKEN
    }

    /**
     * What became of keys.
     *
     * @param copied are in the destination now
     * @param bytes of their values, in Redis's form
     * @param there were in the destination before, and were left as they are there
     * @param gone left the source, or expired, before they were copied
     */
    public record Counts(long copied, long bytes, long there, long gone) {}

    /** How many keys the destination did not take. */
    public long refusals() {
        return refused.values().stream().mapToLong(Long::longValue).sum();
    }
}
