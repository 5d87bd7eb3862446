package dev.larder.benchmarks.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ZipfTest {
    private static final int DRAWS = 400_000;

    @Test
    void ranksComeAsOftenAsTheirShareSays() {
        int[] counts = new int[1_000];
        for (int rank : new Zipf(1_000, 0.99).draw(DRAWS, new SplittableRandom(1))) {
            counts[rank]++;
        }

        double harmonic = 0;
        for (int rank = 0; rank < 1_000; rank++) {
            harmonic += Math.pow(rank + 1.0, -0.99);
        }
        assertThat(counts[0] / (double) DRAWS).isCloseTo(1 / harmonic, within(0.005));
        assertThat(counts[9] / (double) DRAWS).isCloseTo(Math.pow(10, -0.99) / harmonic, within(0.002));
    }

    @Test
    void everyRankOfFewIsDrawn() {
        assertThat(new Zipf(3, 0.99).draw(1_000, new SplittableRandom(1))).contains(0, 1, 2);
    }

    @Test
    void oneRankIsAlwaysTheFirst() {
        assertThat(new Zipf(1, 0.99).draw(new SplittableRandom(1))).isZero();
    }

    @Test
    void noRanksAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Zipf(0, 1))
                .withMessage("ranks must be >= 1 but was 0");
    }
}
