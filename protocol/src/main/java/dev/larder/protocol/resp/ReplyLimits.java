package dev.larder.protocol.resp;

/**
 * How much a server may answer at once.
 *
 * @param maxBulkBytes the longest string
 * @param maxLineBytes the longest line
 * @param maxElements the most replies within one reply, at all depths together
 * @param maxDepth how deep replies may stand in replies
 */
public record ReplyLimits(int maxBulkBytes, int maxLineBytes, int maxElements, int maxDepth) {
    /** Strings up to 512 MiB, as Redis has it, lines up to 64 KiB, 16,777,216 replies, 32 deep. */
    public static final ReplyLimits DEFAULT = new ReplyLimits(512 << 20, 64 << 10, 1 << 24, 32);

    /** Checks that none is less than 1. */
    public ReplyLimits {
        if (maxBulkBytes < 1 || maxLineBytes < 1 || maxElements < 1 || maxDepth < 1) {
            throw new IllegalArgumentException("limits must be >= 1 but were " + maxBulkBytes + ", " + maxLineBytes
                    + ", " + maxElements + " and " + maxDepth);
        }
    }
}
