package dev.larder.stats;

import java.util.EnumMap;
import java.util.Map;

/**
 * What a cache counted from its start to one moment. Immutable. The counters are read one after another while the cache
 * works, so that sums may be off by the calls then under way.
 */
public final class CacheStats {
    private final EnumMap<Count, Long> counts;
    private final long size;
    private final long weight;

    /**
     * @param counts the counters; one that is missing is zero
     * @param size entries in the in-process tier
     * @param weight what these weigh in the unit of the cache's bound: entries, weight or estimated bytes
     */
    public CacheStats(Map<Count, Long> counts, long size, long weight) {
        this.counts = new EnumMap<>(Count.class);
        this.counts.putAll(counts);
        this.size = size;
        this.weight = weight;
    }

    /** The value of one counter. */
    public long of(Count count) {
        return counts.getOrDefault(count, 0L);
    }

    /** Fresh and stale hits of all tiers. */
    public long hits() {
        return of(Count.NEAR_HITS) + of(Count.FAR_HITS) + of(Count.STALE_HITS);
    }

    /** Reads answered with a stale value; part of {@link #hits()}. */
    public long staleHits() {
        return of(Count.STALE_HITS);
    }

    public long misses() {
        return of(Count.MISSES);
    }

    /** Calls of the user's loader. */
    public long loads() {
        return of(Count.LOADS);
    }

    /** Hits and misses. */
    public long reads() {
        return hits() + misses();
    }

    /** Hits as a share of all reads, 0…1; 0 where nothing was read. */
    public double hitRatio() {
        long reads = reads();
        return reads == 0 ? 0 : (double) hits() / reads;
    }

    /** Entries in the in-process tier. */
    public long size() {
        return size;
    }

    /** What the in-process tier's entries weigh, in the unit of the cache's bound. */
    public long weight() {
        return weight;
    }

    /** What happened since {@code earlier}; size and weight are this snapshot's. */
    public CacheStats since(CacheStats earlier) {
        Map<Count, Long> difference = new EnumMap<>(Count.class);
        for (Count count : Count.values()) {
            difference.put(count, of(count) - earlier.of(count));
        }
        return new CacheStats(difference, size, weight);
    }

    @Override
    public String toString() {
        return "CacheStats" + counts + " size=" + size + " weight=" + weight;
    }
}
