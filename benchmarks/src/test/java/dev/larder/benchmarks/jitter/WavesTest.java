package dev.larder.benchmarks.jitter;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;

class WavesTest {
    private static final Waves.Stock STOCK = new Waves.Stock(60_000, 60, 3_600);

    @Test
    void withoutJitterEveryWaveIsAsNarrowAsTheLoad() {
        Waves waves = Waves.simulate(STOCK, 0, 3);

        assertThat(List.of(waves.peak(0), waves.peak(1), waves.peak(2))).containsOnly(1_000);
        assertThat(waves.peak()).isEqualTo(1_000);
    }

    @Test
    void jitterSpreadsEachWaveFurtherThanTheOneBefore() {
        Waves waves = Waves.simulate(STOCK, 0.2, 4);

        assertThat(waves.peak(0)).isBetween(60_000 / 720, 60_000 / 720 * 2);
        assertThat(waves.peak(3)).isLessThan(waves.peak(0) / 2);
    }

    @Test
    void everyEntryIsReloadedOnceInEachWave() {
        assertThat(Waves.simulate(STOCK, 0.1, 2).reloads()).isEqualTo(2L * STOCK.entries());
    }

    @Test
    void realCacheReloadsAsSimulated() {
        Waves.Stock small = new Waves.Stock(6_000, 60, 600);

        double real = RealCache.peakLoadsPerSecond(small, 0.5);

        assertThat(real).isCloseTo(6_000 / 300.0, Percentage.withPercentage(50));
        assertThat(RealCache.peakLoadsPerSecond(small, 0)).isGreaterThan(3 * real);
    }
}
