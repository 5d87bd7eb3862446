package dev.larder.server.warm;

import java.util.Map;
import java.util.TreeMap;

/** Counts what becomes of keys. For one thread. */
final class Tally {
    /** Reasons that are told apart. */
    private static final int MOST_REASONS = 20;

    private static final String OTHERS = "for other reasons";

    private final Map<String, Long> refused = new TreeMap<>();
    private long copied;
    private long bytes;
    private long there;
    private long gone;

    void copied(long size) {
        copied++;
        bytes += size;
    }

    void there(long count) {
        there += count;
    }

    void gone(long count) {
        gone += count;
    }

    void refused(String reason) {
        boolean isKnown = refused.containsKey(reason) || refused.size() < MOST_REASONS;
        refused.merge(isKnown ? reason : OTHERS, 1L, Long::sum);
    }

    long copied() {
        return copied;
    }

    long bytes() {
        return bytes;
    }

    /** How many keys are where they should be. */
    long done() {
        return copied + there;
    }

    Summary summary(Summary.Ending ending, String why) {
        return new Summary(new Summary.Counts(copied, bytes, there, gone), Map.copyOf(refused), ending, why);
    }
}
