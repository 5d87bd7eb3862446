package dev.larder.server.warm;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A key and its value on the way.
 *
 * @param payload as {@code DUMP} gives it
 * @param use what {@code RESTORE} is told of its use
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record Item(byte[] key, Life life, byte[] payload, List<byte[]> use) {
    /**
     * How long it lives. Kept as a remainder, since two machines' clocks may differ.
     *
     * @param remainingMillis what was left when it was read; 0 for ever
     * @param readNanos when that was, by the ticker
     */
    public record Life(long remainingMillis, long readNanos) {
        /** Milliseconds to live at a reading of the ticker, 0 for ever; -1 where none are left. */
        public long left(long nowNanos) {
            if (remainingMillis == 0) {
                return 0;
            }
            // In a started millisecond it may be over already.
            long passed = TimeUnit.NANOSECONDS.toMillis(nowNanos - readNanos) + 1;
            return remainingMillis > passed ? remainingMillis - passed : -1;
        }
    }
}
