package dev.larder.stats;

/** What a cache counts; one counter each, from the cache's start on. */
public enum Count {
    /** Reads answered with a fresh value by the in-process tier. */
    NEAR_HITS,
    /** Reads answered with a fresh value by a shared tier. */
    FAR_HITS,
    /** Reads answered with a stale value: while another load ran, or after one failed. */
    STALE_HITS,
    /** Those of the near and stale hits that may have missed an invalidation, served because the cache is set to. */
    UNPROVEN_HITS,
    /** Reads that no tier could answer. */
    MISSES,
    /** Reads that waited for a load begun by another caller of this process. */
    JOINS,
    /** Loads begun: calls of the user's loader, a bulk call counting once for each of its keys. */
    LOADS,
    /** Flights begun in the background, while callers got a value; one that a far tier answers makes no load. */
    REFRESHES,
    /** Loads that threw. */
    LOAD_FAILURES,
    /** Nanoseconds spent in the user's loader. */
    LOAD_NANOS,
    /** Loads or waits refused by a limit. */
    LOAD_REJECTIONS,
    /** Loads whose value was not stored because the key was invalidated meanwhile. */
    DISCARDED_LOADS,
    /** Values stored by callers, not by loads. */
    PUTS,
    /** Calls of the user's writer that threw. */
    WRITE_FAILURES,
    /** Keys invalidated by callers of this process. */
    REMOVALS,
    /** Tags removed by callers of this process. */
    TAG_REMOVALS,
    /** Keys invalidated by word from the bus. */
    BUS_REMOVALS,
    /** Times the in-process tier was emptied because the bus may have lost a message. */
    BUS_GAPS,
    /** Entries dropped because room was needed. */
    EVICTIONS,
    /** Entries refused because the cache was full and its policy let none leave. */
    REFUSALS,
    /** Entries dropped because their time had passed. */
    EXPIRATIONS,
    /** Calls of a shared tier that failed or timed out. */
    FAR_FAILURES,
    /** Calls of a shared tier not made because its breaker was open. */
    FAR_SKIPS,
    /** Bytes from a shared tier that could not be read; each was a miss. */
    UNREADABLE,
    /** Events that a slow listener missed. */
    EVENTS_DROPPED
}
