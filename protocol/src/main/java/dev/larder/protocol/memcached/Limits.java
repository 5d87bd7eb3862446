package dev.larder.protocol.memcached;

/**
 * How long what is parsed may be. A parser holds no more bytes than both together.
 *
 * @param maxLineBytes the longest line, without its end
 * @param maxValueBytes the longest value
 */
public record Limits(int maxLineBytes, int maxValueBytes) {
    /** Lines up to 2,048 bytes, as Memcached has it, and values up to 64 MiB. */
    public static final Limits DEFAULT = new Limits(2_048, 64 << 20);

    /** Checks that neither is negative. */
    public Limits {
        if (maxLineBytes < 0 || maxValueBytes < 0) {
            throw new IllegalArgumentException(
                    "limits must be >= 0 but were " + maxLineBytes + " and " + maxValueBytes);
        }
    }
}
