package dev.larder.benchmarks.outage;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLongArray;

/** What one process saw, by tenths of a second from the run's start on. Thread-safe. */
final class Tally {
    /** What is counted; times are in nanoseconds and the longest counts. */
    enum Field {
        READS,
        ERRORS,
        /** Values that the reading process itself had removed. */
        STALE_OWN,
        /** Values that another process had removed. */
        STALE_OTHER,
        /** The same, longer ago than {@code maxSilence}. */
        STALE_LONG,
        LONGEST_READ,
        OLDEST_STALE
    }

    static final long BUCKET_NANOS = 100_000_000;
    private static final int BUCKETS = 1_000;

    private final AtomicLongArray[] counts = new AtomicLongArray[Field.values().length];

    Tally() {
        Arrays.setAll(counts, field -> new AtomicLongArray(BUCKETS));
    }

    /** Counts something that happened {@code nanos} after the start. */
    void add(Field field, long nanos) {
        counts[field.ordinal()].incrementAndGet(bucket(nanos));
    }

    /** Notes a time, of which the longest is kept. */
    void longest(Field field, long nanos, long time) {
        counts[field.ordinal()].accumulateAndGet(bucket(nanos), time, Math::max);
    }

    /** Adds what {@link #line} gave of another one. */
    void add(Field field, String line) {
        long[] numbers = Arrays.stream(line.strip().split(" ", -1))
                .mapToLong(Long::parseLong)
                .toArray();
        boolean isTime = field == Field.LONGEST_READ || field == Field.OLDEST_STALE;
        for (int bucket = 0; bucket < numbers.length; bucket++) {
            counts[field.ordinal()].accumulateAndGet(bucket, numbers[bucket], isTime ? Math::max : Long::sum);
        }
    }

    /** The sum of a field over a span of the run. */
    long sum(Field field, Span span) {
        return span.buckets(counts[field.ordinal()]).sum();
    }

    /** The longest time of a field in a span of the run. */
    long max(Field field, Span span) {
        return span.buckets(counts[field.ordinal()]).max().orElse(0);
    }

    /** All numbers of a field. */
    String line(Field field) {
        StringBuilder line = new StringBuilder();
        for (int bucket = 0; bucket < BUCKETS; bucket++) {
            line.append(counts[field.ordinal()].get(bucket)).append(' ');
        }
        return line.toString().strip();
    }

    private static int bucket(long nanos) {
        return Math.clamp(nanos / BUCKET_NANOS, 0, BUCKETS - 1);
    }

    /** A part of a run, in nanoseconds from its start. */
    record Span(long from, long to) {
        double seconds() {
            return (to - from) / 1e9;
        }

        private java.util.stream.LongStream buckets(AtomicLongArray all) {
            return java.util.stream.IntStream.range(bucket(from), bucket(to)).mapToLong(all::get);
        }
    }
}
