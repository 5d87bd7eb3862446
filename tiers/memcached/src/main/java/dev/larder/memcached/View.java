package dev.larder.memcached;

import dev.larder.failure.TierException;
import dev.larder.tier.Tokens;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What the pointer of a cache says of its generations. Immutable.
 *
 * @param current the generation to read and to fill
 * @param next the generation that a rebuild is filling, where an invalidation must leave a tombstone
 * @param ring the servers that {@code current} was begun for, see {@link Ring#fingerprint()}
 */
record View(String current, @Nullable String next, String ring) {
    private static final String FORMAT = "1";
    private static final String NONE = "-";
    private static final int PARTS = 4;

    /** A generation that nobody has filled. */
    static View fresh(String ring) {
        return new View(Tokens.next(), null, ring);
    }

    /** As the pointer has it. */
    byte[] bytes() {
        return String.join(" ", FORMAT, current, next == null ? NONE : next, ring)
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Reads what {@link #bytes()} wrote. */
    static View of(byte[] bytes) {
        String[] parts = new String(bytes, StandardCharsets.US_ASCII).split(" ", -1);
        if (parts.length != PARTS || !parts[0].equals(FORMAT)) {
            throw new TierException("the cache's pointer in Memcached was written by another version of Larder", null);
        }
        return new View(parts[1], parts[2].equals(NONE) ? null : parts[2], parts[3]);
    }

    View withNext(@Nullable String generation) {
        return new View(current, generation, ring);
    }

    /** After a rebuild's switch to {@code generation}. */
    View switchedTo(String generation) {
        return new View(generation, null, ring);
    }
}
