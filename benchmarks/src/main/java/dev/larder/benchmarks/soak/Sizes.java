package dev.larder.benchmarks.soak;

import java.util.SplittableRandom;

/**
 * Lengths of values, from 10 B to 200 KB, in one of three mixes by turns: mostly short, middling, some very long. What fits
 * into the holes of one mix does not fit into those of the next. Immutable.
 */
final class Sizes {
    private static final double[][] SHARES = {{0.95, 0.995}, {0.6, 0.995}, {0.9, 0.95}};
    private static final int[] LEAST = {10, 1_000, 20_000};
    private static final int[] MOST = {1_000, 20_000, 200_000};
    private static final byte[] TEXT = text();

    private Sizes() {}

    private static byte[] text() {
        byte[] text = new byte[MOST[MOST.length - 1]];
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < text.length; i++) {
            text[i] = (byte) ('a' + random.nextInt(26));
        }
        return text;
    }

    /** A value in the mix of a turn. */
    static byte[] value(SplittableRandom random, int turn) {
        double[] shares = SHARES[turn % SHARES.length];
        double place = random.nextDouble();
        int range = place < shares[0] ? 0 : place < shares[1] ? 1 : 2;
        double power = random.nextDouble();
        int length = (int) (LEAST[range] * Math.pow((double) MOST[range] / LEAST[range], power));
        int from = random.nextInt(TEXT.length - length + 1);
        byte[] value = new byte[length];
        System.arraycopy(TEXT, from, value, 0, length);
        return value;
    }
}
