package dev.larder.benchmarks.replay;

import java.util.Locale;
import java.util.stream.IntStream;

/**
 * How often one policy hit on one trace.
 *
 * @param trace its name
 * @param policy as {@link ReplayedCache#open} knows it
 * @param size the cache's bound, in entries
 * @param requests how many were replayed each time
 * @param mean the mean hit ratio of the runs, in percent of the requests
 */
record Outcome(String trace, String policy, int size, int requests, double mean) {
    static final String CSV_HEADER = "trace,policy,size,requests,hit_ratio";

    /** Replays a whole trace through an empty cache, {@code runs} times. */
    static Outcome of(Trace trace, String policy, int size, int runs) {
        double mean = IntStream.range(0, runs)
                .mapToDouble(run -> 100.0 * hits(trace, policy, size) / trace.requests())
                .average()
                .orElseThrow();
        return new Outcome(trace.name(), policy, size, trace.requests(), mean);
    }

    private static long hits(Trace trace, String policy, int size) {
        long hits = 0;
        try (ReplayedCache cache = ReplayedCache.open(policy, size)) {
            for (long key : trace.keys()) {
                hits += cache.request(key) ? 1 : 0;
            }
        }
        return hits;
    }

    String csv() {
        return String.format(Locale.ROOT, "%s,%s,%d,%d,%.2f", trace, policy, size, requests, mean);
    }
}
