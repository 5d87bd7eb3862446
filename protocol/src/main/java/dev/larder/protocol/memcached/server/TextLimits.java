package dev.larder.protocol.memcached.server;

/**
 * How much a client of Memcached may ask for at once, in bytes.
 *
 * @param maxLineBytes the longest line, its end aside
 * @param maxGetLineBytes the longest line of {@code get}, {@code gets}, {@code gat} and {@code gats}
 * @param maxValueBytes the longest value; a longer one is passed over and answered with an error
 */
public record TextLimits(int maxLineBytes, int maxGetLineBytes, int maxValueBytes) {
    /** Lines up to 2,048 bytes, those of {@code get} up to 1 MiB, values up to 1 MiB. */
    public static final TextLimits DEFAULT = new TextLimits(2_048, 1 << 20, 1 << 20);

    /** The longest key. */
    public static final int MAX_KEY_BYTES = 250;

    /** The longest name and password together, and the longest line of a login. */
    public static final int MAX_LOGIN_BYTES = 2_048;

    private static final int HIGHEST = 1 << 30;

    /** Checks that each is from 1 to 2<sup>30</sup>. */
    public TextLimits {
        for (int each : new int[] {maxLineBytes, maxGetLineBytes, maxValueBytes}) {
            if (each < 1 || each > HIGHEST) {
                throw new IllegalArgumentException("a limit must be from 1 to " + HIGHEST + " but was " + each);
            }
        }
    }
}
