package dev.larder.server.advice;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Curves from a sample beside those of LRU caches that see every read. */
class MissRatioCurveTest {
    private static final int KEYS = 50_000;
    private static final int READS = 400_000;
    private static final long SEED = 42;

    /** Reads of keys whose popularity falls with their rank. */
    private static int[] zipf(double exponent, SplittableRandom random) {
        double[] upTo = new double[KEYS];
        double sum = 0;
        for (int i = 0; i < KEYS; i++) {
            sum += 1 / Math.pow(i + 1, exponent);
            upTo[i] = sum;
        }
        int[] reads = new int[READS];
        for (int i = 0; i < READS; i++) {
            int at = Arrays.binarySearch(upTo, random.nextDouble() * sum);
            reads[i] = Math.min(KEYS - 1, at < 0 ? -at - 1 : at);
        }
        return reads;
    }

    private static double exactly(int[] reads, int size) {
        Map<Integer, Boolean> cache = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Integer, Boolean> eldest) {
                return size() > size;
            }
        };
        int misses = 0;
        for (int key : reads) {
            misses += cache.put(key, true) == null ? 1 : 0;
        }
        return (double) misses / reads.length;
    }

    private static long hash(long key) {
        return new SplittableRandom(key ^ SEED).nextLong();
    }

    private static MissRatioCurve sampled(MissRatioCurve curve, int[] reads) {
        for (int key : reads) {
            long hash = hash(key);
            if (curve.isSampled(hash)) {
                curve.read(hash);
            }
        }
        curve.counted(reads.length);
        return curve;
    }

    @ParameterizedTest
    @CsvSource({"0.6, 1, 0.05", "0.9, 1, 0.05", "1.1, 1, 0.05", "0.9, 32, 0.08"})
    void zipfTraceIsEstimatedWithinTheStatedError(double exponent, int firstShare, double error) {
        int[] reads = zipf(exponent, new SplittableRandom(SEED));

        MissRatioCurve curve = sampled(new MissRatioCurve(4_096, firstShare, Long.MAX_VALUE), reads);

        for (int size : new int[] {1_000, 10_000, 30_000}) {
            double exact = exactly(reads, size);
            assertThat(curve.missRatio(size))
                    .as("%d keys, exactly %.4f", size, exact)
                    .isBetween(exact - error, exact + error);
        }
    }

    @Test
    void loopOverMoreKeysThanThereIsRoomForMissesAlways() {
        int[] reads = new int[READS];
        for (int i = 0; i < READS; i++) {
            reads[i] = i % 20_000;
        }

        MissRatioCurve curve = sampled(new MissRatioCurve(4_096, 1, Long.MAX_VALUE), reads);

        assertThat(curve.missRatio(16_000)).isGreaterThan(0.95);
        assertThat(curve.missRatio(24_000)).isBetween(0.02, 0.1);
    }

    @Test
    void newLoadReplacesTheOldOneInTime() {
        MissRatioCurve curve = new MissRatioCurve(1_024, 1, 50_000);
        SplittableRandom random = new SplittableRandom(SEED);
        for (int round = 0; round < 40; round++) {
            int[] reads = new int[25_000];
            for (int i = 0; i < reads.length; i++) {
                reads[i] = round < 20 ? round * 25_000 + i : random.nextInt(100);
            }
            sampled(curve, reads);
        }

        assertThat(curve.missRatio(200)).isLessThan(0.01);
    }

    @Test
    void nothingIsKnownBeforeAnythingWasRead() {
        assertThat(new MissRatioCurve(4_096, 1, Long.MAX_VALUE).missRatio(10)).isNaN();
    }
}
