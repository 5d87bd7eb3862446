package dev.larder.benchmarks.jitter;

import dev.larder.expiry.ExpiryRules;
import dev.larder.store.NodeFactory;
import dev.larder.time.Ticker;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * The reloads of entries that are loaded evenly over a time and loaded again as soon as each expires, counted by seconds of
 * simulated time. Immutable.
 */
final class Waves {
    private final int[] rate;
    private final int[] peaks;

    private Waves(int[] rate, int[] peaks) {
        this.rate = rate;
        this.peaks = peaks;
    }

    /** What is loaded: so many entries, within this time, each with this life. */
    record Stock(int entries, int loadSeconds, int liveSeconds) {}

    /** Draws every life with the {@link NodeFactory} of one new cache, whose seed is its own. */
    static Waves simulate(Stock stock, double jitter, int waves) {
        ExpiryRules rules = new ExpiryRules(
                TimeUnit.SECONDS.toNanos(stock.liveSeconds()), Ticker.NEVER, Ticker.NEVER, 0, 0, 1, jitter);
        NodeFactory<Integer, Boolean> nodes = new NodeFactory<>(rules, (key, value) -> 1);
        long[] born = new long[stock.entries()];
        long loadNanos = TimeUnit.SECONDS.toNanos(stock.loadSeconds());
        for (int key = 0; key < born.length; key++) {
            born[key] = (long) ((double) loadNanos * key / born.length);
        }
        int horizon = stock.loadSeconds() + waves * stock.liveSeconds() + 1;
        int[] rate = new int[horizon];
        int[] peaks = new int[waves];
        for (int wave = 0; wave < waves; wave++) {
            int[] own = new int[horizon];
            for (int key = 0; key < born.length; key++) {
                born[key] = nodes.node(key, true, born[key]).freshUntilNanos();
                own[(int) TimeUnit.NANOSECONDS.toSeconds(born[key])]++;
            }
            peaks[wave] = Arrays.stream(own).max().orElseThrow();
            for (int second = 0; second < horizon; second++) {
                rate[second] += own[second];
            }
        }
        return new Waves(rate, peaks);
    }

    /** Reloads of all waves together. */
    long reloads() {
        return Arrays.stream(rate).asLongStream().sum();
    }

    /** The most reloads of a wave in a second; 0 for the first wave. */
    int peak(int wave) {
        return peaks[wave];
    }

    /** The most reloads in any second, of whatever waves they are. */
    int peak() {
        return Arrays.stream(rate).max().orElse(0);
    }
}
