package dev.larder.benchmarks.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.benchmarks.process.Jvm;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TurnTakingTest {
    private static final Contest CONTEST = new Contest(
            "contest",
            new Contest.Benchmark(HitBenchmark.class, "get", List.of()),
            List.of(
                    new Contender("first", Map.of()),
                    new Contender("second", Map.of()),
                    new Contender("reference", Map.of(), 1)),
            1,
            Jvm.ofThisJdk(List.of()));

    @Test
    void referenceTakesPartInItsRoundsOnly() {
        assertThat(TurnTaking.order(CONTEST, 0)).extracting(Contender::title).contains("reference");
        assertThat(TurnTaking.order(CONTEST, 1)).extracting(Contender::title).doesNotContain("reference");
    }

    @Test
    void eachRoundBeginsWithAnotherOne() {
        assertThat(TurnTaking.order(CONTEST, 1)).extracting(Contender::title).containsExactly("second", "first");
        assertThat(TurnTaking.order(CONTEST, 2)).extracting(Contender::title).containsExactly("first", "second");
    }
}
