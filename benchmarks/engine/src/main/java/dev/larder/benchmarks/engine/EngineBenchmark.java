package dev.larder.benchmarks.engine;

import dev.larder.benchmarks.engine.peer.EngineKind;
import dev.larder.benchmarks.engine.peer.EnginePeer;
import dev.larder.benchmarks.engine.peer.EngineSetup;
import dev.larder.benchmarks.keys.MixedKeys;
import dev.larder.benchmarks.keys.Zipf;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.ThreadParams;

/**
 * One operation of an in-process cache; the method names the {@link Workload}. Guards: values are returned, so that no
 * call can be dropped; keys are mixed 64-bit numbers and, where they are drawn, come from an array drawn beforehand, as
 * objects other than those stored; each thread starts somewhere else and goes on over iterations, because one that began
 * anew would turn misses into hits; a read that must hit and does not fails the run, and so does a cache that holds more
 * than its bound; only one peer is loaded in a fork.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // filled by open(), which JMH calls before the first operation
public class EngineBenchmark {
    private static final int DRAWS_PER_KEY = 16;
    private static final int MOST_DRAWS = 1 << 21;
    private static final double SKEW = 0.99;
    /** Of four operations of a mixed load the last is a write. */
    private static final int MIX = 3;

    @Param("LARDER_STORE")
    public EngineKind kind;

    @Param("16384")
    public int entries;

    @Param("false")
    public boolean expires;

    private Workload workload;
    private EnginePeer cache;
    private Long[] drawn;

    @Setup(Level.Trial)
    public void open(BenchmarkParams benchmark) {
        workload = Workload.ofBenchmark(benchmark.getBenchmark());
        cache = kind.open(new EngineSetup(workload.maxEntries(entries), expires, LoadsPerOperation::load));
        drawn = draw(workload.keys(entries));
        if (workload == Workload.LOAD) {
            for (Long key : drawn) { // until the policy has settled
                cache.load(key);
            }
        } else {
            fill();
        }
        System.gc(); // entries are where long-lived objects are
    }

    private void fill() {
        for (int rank = 0; rank < entries; rank++) {
            Long key = MixedKeys.key(rank);
            cache.put(key, key);
        }
        if (workload.holdsAll()) {
            for (int rank = 0; rank < entries; rank++) {
                found(cache.get(MixedKeys.key(rank)));
            }
        }
    }

    /** A power of two of keys, and many times as many as there are different ones. */
    private static Long[] draw(int keys) {
        if (keys == 0) {
            return new Long[0];
        }
        int draws = Integer.highestOneBit((int) Math.min(MOST_DRAWS, (long) DRAWS_PER_KEY * keys));
        return MixedKeys.keys(new Zipf(keys, SKEW).draw(draws, new SplittableRandom(42)));
    }

    @TearDown(Level.Trial)
    public void close() {
        long size = cache.settledSize();
        long most = workload.maxEntries(entries);
        cache.close();
        if (kind.isBounded() && size > most) {
            throw new IllegalStateException(kind.title() + " must hold at most " + most + " but held " + size);
        }
    }

    /** Where a thread is in the keys. */
    @State(Scope.Thread)
    public static class Cursor {
        private int next;
        /** Ranks that no other thread uses, nor the keys at the start. */
        private long fresh;

        @Setup(Level.Trial)
        public void place(ThreadParams thread) {
            next = new SplittableRandom(thread.getThreadIndex()).nextInt(MOST_DRAWS);
            fresh = (thread.getThreadIndex() + 1L) << 40;
        }
    }

    @Benchmark
    public Long read(Cursor cursor) {
        return found(cache.get(nextDrawn(cursor)));
    }

    @Benchmark
    public Long mixed(Cursor cursor) {
        Long key = nextDrawn(cursor);
        if ((cursor.next & MIX) == 0) {
            cache.put(key, key);
            return key;
        }
        return found(cache.get(key));
    }

    @Benchmark
    public Long write(Cursor cursor) {
        Long key = MixedKeys.key(cursor.fresh++);
        cache.put(key, key);
        return key;
    }

    @Benchmark
    public Long load(Cursor cursor) {
        return cache.load(nextDrawn(cursor));
    }

    private Long nextDrawn(Cursor cursor) {
        return drawn[cursor.next++ & (drawn.length - 1)];
    }

    private static Long found(@Nullable Long value) {
        if (value == null) {
            throw new IllegalStateException("every read must hit, but one did not");
        }
        return value;
    }
}
