package dev.larder.benchmarks.engine;

import dev.larder.benchmarks.engine.peer.EngineKind;
import dev.larder.benchmarks.engine.peer.EnginePeer;
import dev.larder.benchmarks.engine.peer.EngineSetup;
import dev.larder.benchmarks.keys.MixedKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.HdrHistogram.Histogram;

/**
 * How long the slowest writes take where each one evicts. Every write is timed, by threads that write without pause: a
 * sample would miss the few that pay for others. What a write costs that waits for a collection or the scheduler is in it,
 * for every cache alike.
 *
 * <p>Arguments: kind, entries, threads, seconds. A third of the time is warm-up. Answers
 * {@code result P50 P99 P99.9 P99.99 MAX WRITES}, times in nanoseconds.
 */
public final class TailProbe {
    private static final long LONGEST_NANOS = 60_000_000_000L;
    private static final int DIGITS = 3;
    private static final double WARM_UP = 1 / 3.0;

    private TailProbe() {}

    public static void main(String[] arguments) throws ExecutionException, InterruptedException {
        EngineKind kind = EngineKind.valueOf(arguments[0]);
        int entries = Integer.parseInt(arguments[1]);
        int threads = Integer.parseInt(arguments[2]);
        long nanos = (long) (Double.parseDouble(arguments[3]) * 1e9);
        Histogram times = measure(kind, entries, threads, nanos);
        System.out.printf(
                Locale.ROOT,
                "result %d %d %d %d %d %d%n",
                times.getValueAtPercentile(50),
                times.getValueAtPercentile(99),
                times.getValueAtPercentile(99.9),
                times.getValueAtPercentile(99.99),
                times.getMaxValue(),
                times.getTotalCount());
    }

    static Histogram measure(EngineKind kind, int entries, int threads, long nanos)
            throws ExecutionException, InterruptedException {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try (EnginePeer cache = kind.open(EngineSetup.of(entries, false))) {
            for (int rank = 0; rank < entries; rank++) {
                Long key = MixedKeys.key(rank);
                cache.put(key, key);
            }
            long start = System.nanoTime();
            long from = start + (long) (nanos * WARM_UP);
            List<Future<Histogram>> writers = new ArrayList<>();
            for (int thread = 1; thread <= threads; thread++) {
                long firstRank = (long) thread << 40;
                writers.add(pool.submit(() -> write(cache, firstRank, from, start + nanos)));
            }
            Histogram all = new Histogram(LONGEST_NANOS, DIGITS);
            for (Future<Histogram> writer : writers) {
                all.add(writer.get());
            }
            return all;
        } finally {
            pool.shutdownNow();
        }
    }

    private static Histogram write(EnginePeer cache, long firstRank, long from, long until) {
        Histogram times = new Histogram(LONGEST_NANOS, DIGITS);
        long rank = firstRank;
        long before = System.nanoTime();
        while (before - until < 0) {
            Long key = MixedKeys.key(rank++);
            before = System.nanoTime();
            cache.put(key, key);
            long after = System.nanoTime();
            if (before - from >= 0) {
                times.recordValue(Math.min(after - before, LONGEST_NANOS));
            }
        }
        return times;
    }
}
