package dev.larder.failure;

/**
 * How long to leave something alone that failed several times in a row: nothing after the first failure, then
 * {@code first}, doubling up to {@code longest}; nanoseconds.
 */
public record Backoff(long first, long longest) {
    /** The pause after {@code failures} failures in a row, 1 or more. */
    public long afterFailures(int failures) {
        if (failures <= 1) {
            return 0;
        }
        int doublings = Math.min(failures - 2, 40);
        long pause = first << doublings;
        return pause >> doublings == first ? Math.min(pause, longest) : longest;
    }
}
