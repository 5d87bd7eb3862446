package dev.larder.benchmarks.jmh;

import java.util.Map;

/**
 * What one fork measured. Immutable.
 *
 * @param contest the title of its contest
 * @param contender the title of the contender
 * @param round in which round
 * @param nanos time of one operation, as its thread sees it
 * @param cpuNanos processor time of one operation, over the whole process
 * @param counts for one operation, what the benchmark's counters counted, by their labels
 */
public record Sample(
        String contest, String contender, int round, double nanos, double cpuNanos, Map<String, Double> counts) {
    public Sample {
        counts = Map.copyOf(counts);
    }

    /** One count for one operation. */
    public double count(String label) {
        Double count = counts.get(label);
        if (count == null) {
            throw new IllegalArgumentException("a sample of " + contest + " counts no " + label);
        }
        return count;
    }
}
