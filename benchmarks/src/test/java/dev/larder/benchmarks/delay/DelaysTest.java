package dev.larder.benchmarks.delay;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DelaysTest {
    @Test
    void timesAreFromTheReturnAndWhatWasNotHeardIsLeftOut() {
        long[] returned = {1_000, 2_000, 3_000, 4_000};
        long[] heard = {6_000, 0, 2_500, 9_000};

        assertThat(Delays.between(returned, heard, 0, 3)).containsExactly(-0.5, 5.0);
    }

    @Test
    void whatWasHeardBeforeTheReturnCountsAsNoDelay() {
        Delays delays = new Delays(10, List.of(-3.0, -1.0, 2.0, 9.0), 0, 0, List.of(), true);

        assertThat(delays.percentile(50)).isZero();
        assertThat(delays.percentile(75)).isEqualTo(2);
        assertThat(delays.percentile(100)).isEqualTo(9);
        assertThat(delays.earlyPercent()).isEqualTo(50);
        assertThat(delays.listenerPercentile(99)).isNaN();
    }
}
