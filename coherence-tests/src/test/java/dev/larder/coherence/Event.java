package dev.larder.coherence;

/**
 * One call of one process, as it was recorded. Immutable.
 *
 * <p>The times are readings of {@link System#nanoTime()}, which all JVMs of a Linux machine take from one clock. Only these
 * tests may rely on that.
 *
 * @param process a name used by one process only; one that starts with {@code far} keeps nothing in its memory
 * @param number of a read the token it was given; of a change the newest version that it made untrue what was before; of
 *     a load the moment at which the origin was asked
 * @param acknowledged whether the tier answered all that the call asked of it: if not, a change may stand in a journal
 */
record Event(String process, Kind kind, String key, long start, long end, long number, boolean acknowledged) {
    /** What was called. */
    enum Kind {
        /** A value was given. */
        GET,
        /** A read threw, or gave nothing. */
        FAILED_GET,
        /** Everything older than a version was called untrue, by remove, put, clear or a rebuild. */
        INVALIDATED,
        /** The same, as a client records it that knows only the token of that version. */
        REPLACED,
        /** The origin was read, within a read that began at {@code start}. */
        LOADED
    }

    boolean keepsNothing() {
        return process.startsWith("far");
    }

    /** The same change, as one that made untrue what was older than {@code version}. */
    Event invalidating(long version) {
        return new Event(process, Kind.INVALIDATED, key, start, end, version, acknowledged);
    }

    /** One line, without its end. */
    String line() {
        return kind + " " + key + " " + start + " " + end + " " + number + " " + acknowledged;
    }

    static Event parse(String process, String line) {
        String[] parts = line.split(" ", -1);
        return new Event(
                process,
                Kind.valueOf(parts[0]),
                parts[1],
                Long.parseLong(parts[2]),
                Long.parseLong(parts[3]),
                Long.parseLong(parts[4]),
                Boolean.parseBoolean(parts[5]));
    }
}
