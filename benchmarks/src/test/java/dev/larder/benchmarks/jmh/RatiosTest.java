package dev.larder.benchmarks.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.benchmarks.peer.PeerKind;
import dev.larder.benchmarks.report.Spread;
import java.util.List;
import org.junit.jupiter.api.Test;

class RatiosTest {
    private static final Contest CONTEST =
            new Contest("contest", List.of(PeerKind.LARDER, PeerKind.CAFFEINE), 1, 2, 0, HitBenchmark.Draw.ZIPF, 1);

    @Test
    void ratiosAreTakenWithinARound() {
        Ratios ratios = new Ratios(
                CONTEST,
                List.of(
                        new Sample(CONTEST, PeerKind.LARDER, 0, 10, 10, 0),
                        new Sample(CONTEST, PeerKind.CAFFEINE, 0, 20, 30, 0),
                        new Sample(CONTEST, PeerKind.LARDER, 1, 100, 100, 0),
                        new Sample(CONTEST, PeerKind.CAFFEINE, 1, 150, 100, 0)));

        assertThat(ratios.ratio(PeerKind.CAFFEINE, Sample::nanos)).isEqualTo(new Spread(1.75, 1.5, 2, 2));
        assertThat(ratios.ratio(PeerKind.CAFFEINE, Sample::cpuNanos)).isEqualTo(new Spread(2, 1, 3, 2));
    }
}
