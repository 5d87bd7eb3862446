package dev.larder.benchmarks.engine;

import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * Calls of the origin for each operation, counted by the origin itself: libraries that hit more often have less to do, so
 * a comparison of their speed needs this beside it. Confined to JMH's thread but for the count.
 */
public final class LoadsPerOperation implements InternalProfiler {
    public static final String LABEL = "loads";

    /** JMH gives profilers no way to a benchmark's state. */
    private static final LongAdder LOADS = new LongAdder();

    private long before;

    /** The origin: gives the key itself. */
    static Long load(Long key) {
        LOADS.increment();
        return key;
    }

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        before = LOADS.sum();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        double loads = LOADS.sum() - before;
        long operations = Math.max(1, result.getMetadata().getAllOps());
        return List.of(new ScalarResult(LABEL, loads / operations, "loads/op", AggregationPolicy.AVG));
    }

    @Override
    public String getDescription() {
        return "Calls of the origin for each operation";
    }
}
