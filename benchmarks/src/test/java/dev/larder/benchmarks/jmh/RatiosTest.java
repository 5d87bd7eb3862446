package dev.larder.benchmarks.jmh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.larder.benchmarks.report.Spread;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RatiosTest {
    @Test
    void ratiosAreTakenWithinARound() {
        Ratios ratios = new Ratios(
                "contest",
                List.of(
                        sample("Larder", 0, 10, 10),
                        sample("Caffeine", 0, 20, 30),
                        sample("Larder", 1, 100, 100),
                        sample("Caffeine", 1, 150, 100)));

        assertThat(ratios.ratio("Caffeine", "Larder", Sample::nanos)).isEqualTo(new Spread(1.75, 1.5, 2, 2));
        assertThat(ratios.ratio("Caffeine", "Larder", Sample::cpuNanos)).isEqualTo(new Spread(2, 1, 3, 2));
    }

    @Test
    void roundsThatOneOfTwoLeftOutAreLeftOut() {
        Ratios ratios = new Ratios(
                "contest", List.of(sample("Larder", 0, 10, 10), sample("Larder", 1, 9, 9), sample("Map", 0, 5, 5)));

        assertThat(ratios.ratio("Larder", "Map", Sample::nanos)).isEqualTo(new Spread(2, 2, 2, 1));
    }

    @Test
    void samplesOfOtherContestsAreLeftOut() {
        Sample other = new Sample("other", "Larder", 0, 7, 7, Map.of());

        assertThat(new Ratios("contest", List.of(sample("Larder", 0, 10, 11), other)).of("Larder", Sample::nanos))
                .isEqualTo(new Spread(10, 10, 10, 1));
    }

    @Test
    void countThatWasNotTakenIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sample("Larder", 0, 1, 1).count("loads"))
                .withMessage("a sample of contest counts no loads");
    }

    private static Sample sample(String contender, int round, double nanos, double cpuNanos) {
        return new Sample("contest", contender, round, nanos, cpuNanos, Map.of());
    }
}
