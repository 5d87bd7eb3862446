package dev.larder.benchmarks.jmh;

/**
 * How long one fork runs. Immutable.
 *
 * @param warmUps iterations before those that count
 * @param measured iterations that count
 * @param millis the length of each
 */
public record Slices(int warmUps, int measured, int millis) {
    /** A smoke run's: enough to see that all works. */
    public static final Slices QUICK = new Slices(1, 1, 300);
}
