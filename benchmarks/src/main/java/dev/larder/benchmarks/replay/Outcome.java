package dev.larder.benchmarks.replay;

import dev.larder.benchmarks.report.Spread;
import java.util.Locale;

/**
 * How often one policy hit on one trace.
 *
 * @param trace its name
 * @param policy as {@link ReplayedCache#open} knows it
 * @param size the cache's bound, in entries
 * @param requests how many were replayed each time
 * @param hitRatios of the runs, in percent of the requests
 * @param mean theirs
 */
record Outcome(String trace, String policy, int size, int requests, Spread hitRatios, double mean) {
    static final String CSV_HEADER = "trace,policy,size,requests,hit_ratio";

    /** Replays a whole trace through an empty cache, {@code runs} times. */
    static Outcome of(Trace trace, String policy, int size, int runs) {
        double[] ratios = new double[runs];
        for (int run = 0; run < runs; run++) {
            ratios[run] = 100.0 * hits(trace, policy, size) / trace.requests();
        }
        double sum = 0;
        for (double ratio : ratios) {
            sum += ratio;
        }
        return new Outcome(trace.name(), policy, size, trace.requests(), Spread.of(ratios), sum / runs);
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
