package dev.larder.load;

import dev.larder.time.Ticker;

/**
 * How long loads and waits for them may take, in nanoseconds; {@link Ticker#NEVER} for no limit.
 *
 * @param soft how long a read with a stale value at hand waits
 * @param hard how long a read waits at all
 * @param join how long a read waits for a load of another caller or process where there is no hard limit
 * @param lease how long this process may be silent in mid-load before another may load the key
 */
public record LoadTimes(long soft, long hard, long join, long lease) {
    /** Whether loads run on an executor, so that the caller need not wait for their end. */
    public boolean areBounded() {
        return soft != Ticker.NEVER || hard != Ticker.NEVER;
    }

    /** The longest wait of a read, with or without a stale value at hand. */
    public long longestWait(boolean hasStale) {
        long longest = hard == Ticker.NEVER ? join : hard;
        return hasStale ? Math.min(soft, longest) : longest;
    }
}
