package dev.larder.benchmarks.process;

import dev.larder.time.Ticker;

/**
 * A ticker whose readings can be compared between the JVMs of one machine. {@link System#nanoTime()} promises that within
 * one JVM only; HotSpot reads {@code CLOCK_MONOTONIC} for it on Linux, which counts from the start of the machine for
 * every process. Whoever uses it across JVMs checks that it holds: ask the other for a reading between two of one's own.
 * Thread-safe.
 */
public final class MachineTicker implements Ticker {
    @Override
    public long nanos() {
        return System.nanoTime();
    }
}
