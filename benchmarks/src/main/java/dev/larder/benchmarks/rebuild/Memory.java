package dev.larder.benchmarks.rebuild;

import dev.larder.benchmarks.process.RedisServer;
import dev.larder.benchmarks.process.Waiting;
import dev.larder.time.Ticker;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

/** How much memory live data takes: of this heap after a full collection, or of a Redis server, sampled. */
final class Memory {
    private static final int COLLECTIONS = 2;
    private static final long SAMPLE_NANOS = 50_000_000;

    private Memory() {}

    /** Bytes of this heap that are reachable. Blocks while it collects. */
    static long liveHeapBytes() {
        for (int i = 0; i < COLLECTIONS; i++) { // the second frees what the first one's reference handling let go
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** Milliseconds that collections have stopped or slowed this JVM for, by its own account. */
    static long collectionMillis() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .sum();
    }

    /** The largest sample of a server's memory while this is open. */
    static final class RedisPeak implements AutoCloseable {
        private final RedisServer redis;
        private final AtomicBoolean closed = new AtomicBoolean();
        private final ExecutorService thread = Executors.newSingleThreadExecutor();
        private final Future<Long> peak;

        RedisPeak(RedisServer redis) {
            this.redis = redis;
            this.peak = thread.submit(this::sample);
        }

        private long sample() {
            Ticker ticker = Ticker.system();
            long largest = 0;
            try {
                while (!closed.get()) {
                    largest = Math.max(largest, redis.usedMemoryBytes());
                    Waiting.until(ticker, ticker.nanos() + SAMPLE_NANOS);
                }
                return largest;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Stops sampling; the largest value seen. */
        long stop() throws InterruptedException {
            closed.set(true);
            try {
                return peak.get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("the memory of Redis could not be sampled", e.getCause());
            }
        }

        @Override
        public void close() {
            closed.set(true);
            thread.shutdownNow();
        }
    }
}
