package dev.larder.benchmarks.keys;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Draws ranks 0…n−1, rank r with a probability proportional to 1 / (r + 1)^exponent. Immutable.
 *
 * <p>By a table of the cumulative distribution and binary search: 8 bytes a rank, exact for every exponent. Draw before
 * measuring, not while.
 */
public final class Zipf {
    private final double[] cumulative;

    public Zipf(int ranks, double exponent) {
        if (ranks < 1) {
            throw new IllegalArgumentException("ranks must be >= 1 but was " + ranks);
        }
        cumulative = new double[ranks];
        double sum = 0;
        for (int rank = 0; rank < ranks; rank++) {
            sum += Math.pow(rank + 1.0, -exponent);
            cumulative[rank] = sum;
        }
    }

    /** One rank. */
    public int draw(RandomGenerator random) {
        double point = random.nextDouble() * cumulative[cumulative.length - 1];
        int found = Arrays.binarySearch(cumulative, point);
        return Math.min(found < 0 ? -found - 1 : found + 1, cumulative.length - 1);
    }

    /** As many ranks as {@code draws}. */
    public int[] draw(int draws, RandomGenerator random) {
        int[] ranks = new int[draws];
        for (int i = 0; i < draws; i++) {
            ranks[i] = draw(random);
        }
        return ranks;
    }
}
