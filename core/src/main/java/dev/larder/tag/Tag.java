package dev.larder.tag;

/** One tag of one cache, known by identity. What the entries that have it hold of it keeps it alive. Thread-safe. */
public final class Tag {
    private final String name;
    private final TagTimes times;

    Tag(String name, TagTimes times) {
        this.name = name;
        this.times = times;
    }

    /** Whether what was read at {@code begun}, a reading of {@link Tags#now()}, is untrue since. */
    public boolean isRemovedSince(long begun) {
        return times.isRemovedSince(begun);
    }

    /** Until when what was read at {@code begun} is fresh, as far as this tag goes; {@code otherwise} if it is not stale. */
    public long freshUntil(long begun, long otherwise) {
        return times.freshUntil(begun, otherwise);
    }

    /** What users call it. */
    public String name() {
        return name;
    }
}
