package dev.larder.memcached;

import dev.larder.failure.TierException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What the pointer of a cache says of its generations. Immutable.
 *
 * @param current the generation to read and to fill
 * @param next the generation that a rebuild is filling, where an invalidation must leave a tombstone
 */
record View(String current, @Nullable String next) {
    private static final String FORMAT = "1";
    private static final String NONE = "-";

    /** As the pointer has it. */
    byte[] bytes() {
        return (FORMAT + " " + current + " " + (next == null ? NONE : next)).getBytes(StandardCharsets.US_ASCII);
    }

    /** Reads what {@link #bytes()} wrote. */
    static View of(byte[] bytes) {
        String[] parts = new String(bytes, StandardCharsets.US_ASCII).split(" ", -1);
        if (parts.length != 3 || !parts[0].equals(FORMAT)) {
            throw new TierException("the cache's pointer in Memcached was written by another version of Larder", null);
        }
        return new View(parts[1], parts[2].equals(NONE) ? null : parts[2]);
    }

    View withNext(@Nullable String generation) {
        return new View(current, generation);
    }
}
