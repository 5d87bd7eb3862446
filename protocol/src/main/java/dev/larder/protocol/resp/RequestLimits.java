package dev.larder.protocol.resp;

/**
 * How much a client may ask for at once. Lengths are in bytes.
 *
 * @param maxBulkBytes the longest argument ({@code proto-max-bulk-len})
 * @param maxArguments the most arguments of one request
 * @param maxInlineBytes the longest inline request, and the longest line that announces a length
 * @param maxRequestBytes what one incomplete request may hold of memory ({@code client-query-buffer-limit})
 */
public record RequestLimits(int maxBulkBytes, int maxArguments, int maxInlineBytes, int maxRequestBytes) {
    /** Arguments up to 64 MiB, 1,048,576 of them, lines up to 64 KiB, 128 MiB in all. */
    public static final RequestLimits DEFAULT = new RequestLimits(64 << 20, 1 << 20, 64 << 10, 128 << 20);

    /** The most arguments of a client that has not logged in. */
    public static final int UNAUTHENTICATED_ARGUMENTS = 10;

    /** The longest argument of a client that has not logged in. */
    public static final int UNAUTHENTICATED_BULK_BYTES = 16 << 10;

    private static final int HIGHEST = 1 << 30;

    /** Checks that each is from 1 to 2<sup>30</sup>. */
    public RequestLimits {
        check("maxBulkBytes", maxBulkBytes);
        check("maxArguments", maxArguments);
        check("maxInlineBytes", maxInlineBytes);
        check("maxRequestBytes", maxRequestBytes);
    }

    private static void check(String name, int value) {
        if (value < 1 || value > HIGHEST) {
            throw new IllegalArgumentException(name + " must be from 1 to " + HIGHEST + " but was " + value);
        }
    }
}
