package dev.larder.benchmarks.far;

import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * What one process did while it was its turn. Immutable.
 *
 * @param operations how many ended
 * @param nanos how long it worked
 * @param p50Nanos the median of one operation
 * @param p99Nanos what 99 of 100 did not exceed
 * @param cpuNanos processor time of the process
 * @param allocatedBytes by all threads
 */
record Slice(long operations, long nanos, long p50Nanos, long p99Nanos, long cpuNanos, long allocatedBytes) {
    static Slice parse(String line) {
        long[] numbers =
                Arrays.stream(line.split(" ", -1)).mapToLong(Long::parseLong).toArray();
        return new Slice(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]);
    }

    String line() {
        return LongStream.of(operations, nanos, p50Nanos, p99Nanos, cpuNanos, allocatedBytes)
                .mapToObj(Long::toString)
                .collect(Collectors.joining(" "));
    }

    double perSecond() {
        return operations * 1e9 / nanos;
    }

    double p50Micros() {
        return p50Nanos / 1e3;
    }

    double p99Micros() {
        return p99Nanos / 1e3;
    }

    double cpuMicros() {
        return cpuNanos / 1e3 / operations;
    }

    double allocatedKilobytes() {
        return allocatedBytes / 1e3 / operations;
    }
}
