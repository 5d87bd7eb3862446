package dev.larder.server.watch;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * How often commands were called and how long they took, counted by one worker. Its thread adds by opaque writes and all
 * may read; a reset by another thread may lose what is added at the same moment.
 *
 * <p>Times are counted in four buckets for each power of two nanoseconds, so a percentile is at most a quarter too high.
 */
public final class CommandStats {
    private static final VarHandle CELL = MethodHandles.arrayElementVarHandle(long[].class);
    private static final VarHandle ROW = MethodHandles.arrayElementVarHandle(long[][].class);
    private static final int CALLS = 0;
    private static final int NANOS = 1;
    private static final int FAILED = 2;
    private static final int REJECTED = 3;
    private static final int FIRST = 4;
    private static final int SUB_BITS = 2;
    private static final int MOST_BITS = 40;
    private static final int BUCKETS = MOST_BITS << SUB_BITS;
    private static final double NANOS_PER_MICRO = 1_000;

    private final long[][] rows;

    /** @param commands how many commands there are, by their numbers from 0 on */
    public CommandStats(int commands) {
        rows = new long[commands][];
    }

    private long[] row(int command) {
        long[] row = rows[command];
        if (row == null) {
            row = new long[FIRST + BUCKETS];
            ROW.setRelease(rows, command, row);
        }
        return row;
    }

    private static void add(long[] row, int cell, long count) {
        CELL.setOpaque(row, cell, row[cell] + count);
    }

    void ran(int command, long nanos, boolean isFailed, boolean isTracked) {
        long[] row = row(command);
        add(row, CALLS, 1);
        add(row, NANOS, nanos);
        if (isTracked) {
            add(row, FIRST + bucket(nanos), 1);
        }
        if (isFailed) {
            add(row, FAILED, 1);
        }
    }

    void rejected(int command) {
        add(row(command), REJECTED, 1);
    }

    private static int bucket(long nanos) {
        long value = Math.max(1L << SUB_BITS, nanos);
        int top = 63 - Long.numberOfLeadingZeros(value);
        int sub = (int) (value >>> (top - SUB_BITS)) & ((1 << SUB_BITS) - 1);
        return Math.min(BUCKETS - 1, top << SUB_BITS | sub);
    }

    /** The first number of nanoseconds beyond a bucket. */
    private static long end(int bucket) {
        int top = bucket >>> SUB_BITS;
        long sub = bucket & ((1 << SUB_BITS) - 1);
        return top < SUB_BITS ? 1L << SUB_BITS : ((1L << SUB_BITS | sub) + 1) << (top - SUB_BITS);
    }

    void clear() {
        for (int i = 0; i < rows.length; i++) {
            long[] row = (long[]) ROW.getAcquire(rows, i);
            for (int cell = 0; row != null && cell < row.length; cell++) {
                CELL.setOpaque(row, cell, 0L);
            }
        }
    }

    /** Sums of several workers, of one command. */
    public static final class Sum {
        private final long[] cells = new long[FIRST + BUCKETS];

        void add(CommandStats stats, int command) {
            long @Nullable [] row = (long[]) ROW.getAcquire(stats.rows, command);
            for (int cell = 0; row != null && cell < row.length; cell++) {
                cells[cell] += (long) CELL.getOpaque(row, cell);
            }
        }

        /** How often it ran. */
        public long calls() {
            return cells[CALLS];
        }

        /** How often it was refused before it ran. */
        public long rejected() {
            return cells[REJECTED];
        }

        /** How often it ran and answered an error. */
        public long failed() {
            return cells[FAILED];
        }

        /** How long it ran, all told. */
        public long micros() {
            return (long) (cells[NANOS] / NANOS_PER_MICRO);
        }

        /** How many of its runs were timed. */
        public long timed() {
            long timed = 0;
            for (int i = FIRST; i < cells.length; i++) {
                timed += cells[i];
            }
            return timed;
        }

        /** In how many microseconds such a part of its runs was done. */
        public double percentile(double part) {
            long wanted = Math.max(1, (long) Math.ceil(timed() * part));
            long seen = 0;
            for (int i = 0; i < BUCKETS; i++) {
                seen += cells[FIRST + i];
                if (seen >= wanted) {
                    return end(i) / NANOS_PER_MICRO;
                }
            }
            return 0;
        }

        /** How many of its runs were done within so many microseconds. */
        public long within(long micros) {
            long count = 0;
            for (int i = 0; i < BUCKETS && end(i) <= micros * NANOS_PER_MICRO; i++) {
                count += cells[FIRST + i];
            }
            return count;
        }
    }
}
