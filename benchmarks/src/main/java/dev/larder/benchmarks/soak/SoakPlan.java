package dev.larder.benchmarks.soak;

import java.time.Duration;

/**
 * How long and how much.
 *
 * @param length from the first request to the last
 * @param perSecond requests a second of all clients
 * @param maxMemory what the server may take for keys, values and tables, in bytes
 * @param shift how long values are drawn from one mix of sizes
 */
public record SoakPlan(Duration length, double perSecond, long maxMemory, Duration shift) {
    /** How often the server is looked at: 360 times, and every second at most. */
    Duration interval() {
        Duration share = length.dividedBy(360);
        return share.compareTo(Duration.ofSeconds(1)) < 0 ? Duration.ofSeconds(1) : share;
    }
}
