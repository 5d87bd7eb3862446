package dev.larder.memcached;

import dev.larder.failure.TierException;
import dev.larder.tier.Tokens;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * What the pointer of a cache says of its generations and of its servers. Immutable.
 *
 * @param current the generation to read and to fill
 * @param next the generation that a rebuild is filling, where an invalidation must leave a tombstone
 * @param anchors the anchors that {@code current} was begun for, see {@link Ring#fingerprint()}
 * @param rings where the values are; the pointer has the number of the ring, an item beside it has the servers
 */
record View(String current, @Nullable String next, String anchors, Rings rings) {
    private static final String FORMAT = "2";
    private static final String NONE = "-";
    private static final String WARMING = "w";
    private static final int PARTS = 6;

    /** What a pointer says, before the servers of its ring are looked up. */
    record Text(String current, @Nullable String next, String anchors, int ring, boolean isWarming) {
        /** Reads what {@link View#bytes()} wrote. */
        static Text of(byte[] bytes) {
            String[] parts = new String(bytes, StandardCharsets.US_ASCII).split(" ", -1);
            if (parts.length != PARTS || !parts[0].equals(FORMAT)) {
                throw new TierException(
                        "the cache's pointer in Memcached was written by another version of Larder", null);
            }
            String next = parts[2].equals(NONE) ? null : parts[2];
            int number = Integer.parseUnsignedInt(parts[4], 16);
            return new Text(parts[1], next, parts[3], number, parts[5].equals(WARMING));
        }

        View in(Rings rings) {
            return new View(current, next, anchors, rings.warming(isWarming));
        }
    }

    /** A generation that nobody has filled. */
    static View fresh(String anchors, Rings rings) {
        return new View(Tokens.next(), null, anchors, rings.warming(false));
    }

    /** As the pointer has it. */
    byte[] bytes() {
        String number = Integer.toHexString(rings.number());
        String phase = rings.isWarming() ? WARMING : NONE;
        return String.join(" ", FORMAT, current, next == null ? NONE : next, anchors, number, phase)
                .getBytes(StandardCharsets.US_ASCII);
    }

    View withNext(@Nullable String generation) {
        return new View(current, generation, anchors, rings);
    }

    View on(Rings other) {
        return new View(current, next, anchors, other);
    }

    /** After a rebuild's switch to {@code generation}: what is to be copied is of the one before. */
    View switchedTo(String generation) {
        return new View(generation, null, anchors, rings.warming(false));
    }

    /** A new generation on the same servers. */
    View cleared() {
        return fresh(anchors, rings);
    }
}
