package dev.larder.benchmarks.compare;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.benchmarks.engine.peer.EngineKind;
import dev.larder.benchmarks.report.Spread;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TailTest {
    @Test
    void tailIsComparedWithCaffeinesOfTheSameRound() {
        List<Tail.Answer> answers = List.of(
                answer(EngineKind.LARDER_STORE, 0, 50),
                answer(EngineKind.LARDER_CACHE, 0, 100),
                answer(EngineKind.CAFFEINE, 0, 100),
                answer(EngineKind.CACHE2K, 0, 100),
                answer(EngineKind.LARDER_STORE, 1, 250),
                answer(EngineKind.LARDER_CACHE, 1, 100),
                answer(EngineKind.CAFFEINE, 1, 1_000),
                answer(EngineKind.CACHE2K, 1, 100));

        Score score = Tail.findings(List.of("JDK 25"), "", answers).scores().get(0);

        assertThat(score.store()).isEqualTo(new Spread(0.375, 0.25, 0.5, 2));
        assertThat(score.verdict()).isEqualTo(Target.Verdict.AIM_MET);
    }

    @Test
    void memoryIsAShareOfCaffeines() {
        Map<EngineKind, Double> bytes =
                Map.of(EngineKind.LARDER_STORE, 40.0, EngineKind.LARDER_CACHE, 50.0, EngineKind.CAFFEINE, 80.0);

        Score score = Memory.score("JDK 25", "bounded", bytes);

        assertThat(score.store()).isEqualTo(Spread.of(0.5));
        assertThat(score.cache()).isEqualTo(Spread.of(0.625));
        assertThat(score.verdict()).isEqualTo(Target.Verdict.FLOOR_MET);
    }

    private static Tail.Answer answer(EngineKind kind, int round, int tailNanos) {
        return Tail.Answer.of("JDK 25", kind, round, "1 2 3 " + tailNanos + " 5 6");
    }
}
