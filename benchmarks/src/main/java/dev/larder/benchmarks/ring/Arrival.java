package dev.larder.benchmarks.ring;

import java.util.Arrays;

/**
 * What one server's joining cost the origin.
 *
 * @param calls loads in each slice of the reads
 * @param slicesBefore how many slices were over before the server joined
 */
@SuppressWarnings("ArrayRecordComponent") // made once, compared by nobody
record Arrival(long[] calls, int slicesBefore) {
    /** Loads from the join on. */
    long after() {
        return Arrays.stream(calls).skip(slicesBefore).sum();
    }

    long before() {
        return Arrays.stream(calls).limit(slicesBefore).sum();
    }

    /** The most loads in one slice from the join on. */
    long most() {
        return Arrays.stream(calls).skip(slicesBefore).max().orElse(0);
    }
}
