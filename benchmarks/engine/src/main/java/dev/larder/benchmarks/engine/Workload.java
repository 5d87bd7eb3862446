package dev.larder.benchmarks.engine;

import java.util.Locale;

/** What a thread does with the cache all the time; each is a method of {@link EngineBenchmark}. */
public enum Workload {
    /** Reads that all hit. */
    READ,
    /** Three reads and one write in turn, all of keys that are cached. */
    MIXED,
    /** Writes of keys never seen before, into a full cache: each evicts. */
    WRITE,
    /** Reads that load what is missing, of twice as many keys as the cache may hold. */
    LOAD;

    /** The name of the benchmark's method. */
    public String method() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The workload of the benchmark that JMH calls {@code name}. */
    static Workload ofBenchmark(String name) {
        return valueOf(name.substring(name.lastIndexOf('.') + 1).toUpperCase(Locale.ROOT));
    }

    /**
     * The bound for a cache of {@code entries}. Where every read must hit there is a quarter to spare, because some caches
     * bound their parts, and keys spread unevenly over them; still it is so nearly full that its policy is at work.
     */
    int maxEntries(int entries) {
        return holdsAll() ? entries + entries / 4 : entries;
    }

    /** How many different keys are drawn from; 0 where keys are not drawn but new. */
    int keys(int entries) {
        return switch (this) {
            case READ, MIXED -> entries;
            case WRITE -> 0;
            case LOAD -> 2 * entries;
        };
    }

    /** Whether all that is ever put stays. */
    boolean holdsAll() {
        return this == READ || this == MIXED;
    }
}
