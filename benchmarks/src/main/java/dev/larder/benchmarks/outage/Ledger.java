package dev.larder.benchmarks.outage;

import dev.larder.benchmarks.process.MachineTicker;
import dev.larder.benchmarks.process.Waiting;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The origin, in a file that all processes map: a version for each key, how many queries there were and how many run, and
 * for each version when the removal that followed it had returned. So any process can tell of a value it got, at once and
 * without asking anybody, whether it was out of date and since when. Thread-safe, also between processes.
 *
 * <pre>
 *  0 queries | 1 running | 2 most that ran at once | from 8 on, for each key: version, then a time for each version
 * </pre>
 */
final class Ledger implements AutoCloseable {
    static final int KEYS = 2_000;
    /** More than any key has in a run. */
    private static final int VERSIONS = 8_191;

    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());
    private static final int QUERIES = 0;
    private static final int RUNNING = 8;
    private static final int MOST = 16;
    private static final int FIRST_KEY = 64;
    private static final int KEY_BYTES = (1 + VERSIONS) * Long.BYTES;

    private final FileChannel file;
    private final ByteBuffer bytes;
    private final long queryNanos;
    private final MachineTicker ticker = new MachineTicker();

    /** Maps {@code path}, which is made if it is missing; each query takes {@code queryNanos}. */
    Ledger(Path path, long queryNanos) throws IOException {
        this.queryNanos = queryNanos;
        file = FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        bytes = file.map(FileChannel.MapMode.READ_WRITE, 0, FIRST_KEY + (long) KEYS * KEY_BYTES);
    }

    /** A query: the version of {@code key} when it began, after the time a query takes. */
    long query(int key) {
        LONGS.getAndAdd(bytes, QUERIES, 1L);
        long running = (long) LONGS.getAndAdd(bytes, RUNNING, 1L) + 1;
        long most = (long) LONGS.getVolatile(bytes, MOST);
        while (running > most && !LONGS.compareAndSet(bytes, MOST, most, running)) {
            most = (long) LONGS.getVolatile(bytes, MOST);
        }
        try {
            long version = (long) LONGS.getVolatile(bytes, place(key));
            Waiting.until(ticker, ticker.nanos() + queryNanos);
            return version;
        } finally {
            LONGS.getAndAdd(bytes, RUNNING, -1L);
        }
    }

    /** Changes {@code key}; gives its new version. */
    long commit(int key) {
        long version = (long) LONGS.getAndAdd(bytes, place(key), 1L) + 1;
        if (version >= VERSIONS) {
            throw new IllegalStateException("a key must have fewer than " + VERSIONS + " versions");
        }
        return version;
    }

    /** The removal that followed the commit of {@code version} has returned. */
    void removed(int key, long version) {
        LONGS.setVolatile(bytes, place(key, version), ticker.nanos());
    }

    /** Since when {@code version} had to be seen by nobody any more; 0 where it still may. */
    long outdatedSince(int key, long version) {
        return version + 1 < VERSIONS ? (long) LONGS.getVolatile(bytes, place(key, version + 1)) : 0;
    }

    long queries() {
        return (long) LONGS.getVolatile(bytes, QUERIES);
    }

    /** The most queries that ran at once since {@link #forgetMost()}. */
    long most() {
        return (long) LONGS.getVolatile(bytes, MOST);
    }

    void forgetMost() {
        LONGS.setVolatile(bytes, MOST, 0L);
    }

    @Override
    public void close() throws IOException {
        file.close();
    }

    private static int place(int key) {
        return FIRST_KEY + key * KEY_BYTES;
    }

    private static int place(int key, long version) {
        return place(key) + (int) version * Long.BYTES;
    }
}
