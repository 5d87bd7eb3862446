package dev.larder.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class SpreadTest {
    @Test
    void medianOfAnOddNumberIsTheMiddleOne() {
        assertThat(Spread.of(5, 1, 3)).isEqualTo(new Spread(3, 1, 5, 3));
    }

    @Test
    void medianOfAnEvenNumberIsTheMeanOfTheTwoInTheMiddle() {
        assertThat(Spread.of(4, 1, 2, 30).median()).isEqualTo(3);
    }

    @Test
    void oneValueIsShownWithoutARange() {
        assertThat(Spread.of(12.34).text()).isEqualTo("12.3");
    }

    @Test
    void severalValuesAreShownWithTheirRange() {
        assertThat(Spread.of(1_000, 2_000.4, 3_000).text()).isEqualTo("2,000 (1,000–3,000)");
    }

    @Test
    void noValueIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Spread.of());
    }

    @Test
    void wholeNumbersCarryNoFraction() {
        assertThat(Spread.number(1)).isEqualTo("1");
        assertThat(Spread.number(0.5)).isEqualTo("0.50");
        assertThat(Spread.number(0.0123)).isEqualTo("0.0123");
    }
}
