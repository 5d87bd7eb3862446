package dev.larder.benchmarks.jmh;

import dev.larder.benchmarks.process.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/**
 * How many keys Redis found for each operation, by its own count: proof that a benchmark of the far tier reads it, and
 * that one of the near tier does not. Nothing where no Redis is used. Confined to JMH's thread.
 */
public final class RedisHits implements InternalProfiler {
    static final String LABEL = "redisHits";

    private long before;

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        before = hits(port(benchmark));
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        double hits = hits(port(benchmark)) - before;
        long operations = Math.max(1, result.getMetadata().getAllOps());
        return List.of(new ScalarResult(LABEL, hits / operations, "hits/op", AggregationPolicy.AVG));
    }

    @Override
    public String getDescription() {
        return "Keys that Redis found for each operation";
    }

    private static int port(BenchmarkParams benchmark) {
        return Integer.parseInt(benchmark.getParam("redisPort"));
    }

    private static long hits(int port) {
        try {
            return port == 0 ? 0 : RedisServer.number(port, "stats", "keyspace_hits");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
