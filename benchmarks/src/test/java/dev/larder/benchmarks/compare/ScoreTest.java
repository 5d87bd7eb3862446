package dev.larder.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.larder.benchmarks.report.Spread;
import java.util.List;
import org.junit.jupiter.api.Test;

class ScoreTest {
    private static final Target SPEED = Target.atLeast(1.5, 2.0);
    private static final Target BYTES = Target.atMost(0.6, 0.45);

    @Test
    void speedIsJudgedFromBelow() {
        assertThat(SPEED.verdict(Spread.of(2))).isEqualTo(Target.Verdict.AIM_MET);
        assertThat(SPEED.verdict(Spread.of(1.5))).isEqualTo(Target.Verdict.FLOOR_MET);
        assertThat(SPEED.verdict(Spread.of(1.49))).isEqualTo(Target.Verdict.NOT_MET);
    }

    @Test
    void costIsJudgedFromAbove() {
        assertThat(BYTES.verdict(Spread.of(0.45))).isEqualTo(Target.Verdict.AIM_MET);
        assertThat(BYTES.verdict(Spread.of(0.6))).isEqualTo(Target.Verdict.FLOOR_MET);
        assertThat(BYTES.verdict(Spread.of(0.61))).isEqualTo(Target.Verdict.NOT_MET);
    }

    @Test
    void whatIsShownIsJudged() {
        assertThat(BYTES.verdict(Spread.of(0.604))).isEqualTo(Target.Verdict.FLOOR_MET);
        assertThat(BYTES.verdict(Spread.of(0.606))).isEqualTo(Target.Verdict.NOT_MET);
    }

    @Test
    void theMedianIsJudged() {
        assertThat(SPEED.verdict(Spread.of(1, 1.6, 3))).isEqualTo(Target.Verdict.FLOOR_MET);
    }

    @Test
    void whatWasNotMeasuredIsNotMet() {
        assertThat(SPEED.verdict(Spread.of(Double.NaN))).isEqualTo(Target.Verdict.NOT_MET);
    }

    @Test
    void storeIsJudgedWhereItTakesPart() {
        Score both = new Score("JDK 17", "reads", SPEED, Spread.of(1.6), Spread.of(1.2));
        Score cacheOnly = new Score("JDK 17", "loads", SPEED, null, Spread.of(1.2));

        assertThat(both.claim().held()).isTrue();
        assertThat(cacheOnly.claim().held()).isFalse();
        assertThat(cacheOnly.claim()).hasToString("BROKEN: JDK 17, loads: 1.20, floor ≥ 1.50, aim ≥ 2.00: NOT MET");
    }

    @Test
    void tableHasTheLinesOfItsJvm() {
        List<Score> scores = List.of(
                new Score("JDK 17", "reads", SPEED, Spread.of(1.6), Spread.of(1.2)),
                new Score("JDK 25", "reads", SPEED, null, Spread.of(2.2)));

        assertThat(Score.table("JDK 25", scores)).hasToString("""
                | JDK 25 |  floor |    aim | Larder store | Larder cache | verdict |
                | ------ | -----: | -----: | -----------: | -----------: | ------: |
                | reads  | ≥ 1.50 | ≥ 2.00 |              |         2.20 | aim met |
                """);
    }

    @Test
    void scoreOfNobodyIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Score("JDK 17", "reads", SPEED, null, null))
                .withMessage("a score needs a ratio of store or cache but 'reads' has none");
    }
}
