package dev.larder.benchmarks.jmh;

import dev.larder.benchmarks.keys.MixedKeys;
import dev.larder.benchmarks.keys.Zipf;
import dev.larder.benchmarks.peer.Peer;
import dev.larder.benchmarks.peer.PeerKind;
import dev.larder.benchmarks.process.RedisServer;
import dev.larder.benchmarks.workload.Item;
import java.io.IOException;
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
import org.openjdk.jmh.infra.ThreadParams;

/**
 * One {@code get} that hits. Guards: the item is returned, so that the call cannot be dropped; keys come from an array
 * drawn beforehand and are objects of their own; each thread starts somewhere else and goes on over iterations, so that
 * no slice of keys is favoured; a read that finds nothing fails the run; only one peer is loaded in a fork, so that the
 * call of {@link Peer#get} has one target and is inlined for every peer alike.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@SuppressWarnings("NullAway.Init") // filled by open(), which JMH calls before the first read
public class HitBenchmark {
    /** How keys are drawn. */
    public enum Draw {
        /** Skewed, as shoppers read: Zipf 0.99. */
        ZIPF,
        /** All alike, so that a small near tier hardly ever helps. */
        UNIFORM
    }

    private static final int READS = 1 << 20;
    private static final double SKEW = 0.99;

    @Param("LARDER")
    public PeerKind peer;

    @Param("16384")
    public int entries;

    /** The bound of the near tier; two for each entry leaves no doubt that all are in. */
    @Param("32768")
    public int nearEntries;

    /** 0 for none. */
    @Param("0")
    public int redisPort;

    @Param("ZIPF")
    public Draw draw;

    private Peer cache;
    private Long[] reads;

    @Setup(Level.Trial)
    public void open() throws IOException {
        if (redisPort != 0) {
            RedisServer.flush(redisPort); // what the fork before left there
        }
        cache = peer.open(nearEntries, redisPort);
        for (int rank = 0; rank < entries; rank++) {
            Long key = MixedKeys.key(rank);
            cache.put(key, Item.of(key));
        }
        SplittableRandom random = new SplittableRandom(42);
        int[] ranks = draw == Draw.ZIPF
                ? new Zipf(entries, SKEW).draw(READS, random)
                : random.ints(READS, 0, entries).toArray();
        reads = MixedKeys.keys(ranks);
        for (int rank = 0; rank < entries; rank++) { // every key hits, and every near tier is filled
            found(cache.get(MixedKeys.key(rank)));
        }
        System.gc(); // entries are where long-lived objects are
    }

    @TearDown(Level.Trial)
    public void close() {
        cache.close();
    }

    /** Where a thread is in the keys. */
    @State(Scope.Thread)
    public static class Cursor {
        private int next;

        @Setup(Level.Trial)
        public void place(ThreadParams thread) {
            next = new SplittableRandom(thread.getThreadIndex()).nextInt(READS);
        }
    }

    @Benchmark
    public Item get(Cursor cursor) {
        return found(cache.get(reads[cursor.next++ & (READS - 1)]));
    }

    private static Item found(@Nullable Item item) {
        if (item == null) {
            throw new IllegalStateException("every read must hit, but one did not");
        }
        return item;
    }
}
