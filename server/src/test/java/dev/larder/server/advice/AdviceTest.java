package dev.larder.server.advice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.server.store.ExpiryForecast;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdviceTest {
    private static final ExpiryForecast CALM = new ExpiryForecast(1_000, new double[ExpiryForecast.SECONDS], 0);

    @ParameterizedTest
    @CsvSource({
        "0.95, 1000, 0.5 0.6 0.7, Scale out",
        "0.10, 1000, 0.5 0.6 0.7, Scale up",
        "0.10, 1000, 0.598 0.6 0.601, 'Keep it, or give half'",
        "0.10, 1000, 0.5 0.6 0.61, Keep it: twice",
        "0.10, 9223372036854775807, 0.5 0.6 0.7, 'Keep it, and set maxmemory'"
    })
    void sentenceFollowsFromTheFigures(double busy, long bound, String halfToTwice, String begin) {
        Situation situation = new Situation(1_000, bound, busy, CALM);
        List<Double> ratios = new ArrayList<>(List.of(0.1));
        for (String each : halfToTwice.split(" ")) {
            ratios.add(Double.valueOf(each));
        }

        assertThat(Advice.sentence(situation, ratios)).startsWith(begin);
    }

    @Test
    void littleThatIsKnownIsSaid() {
        Advice advice = new Observer().advise(new Situation(1_000, 1_000, 0, CALM));

        assertThat(advice.sentence()).startsWith("Keep it as it is: too little was read");
        assertThat(advice.hot()).isEmpty();
        assertThat(advice.stormSecond()).isEqualTo(-1);
    }

    @Test
    void hotKeysAreFoundAndThoseThatAreWrittenMore() {
        Observer observer = new Observer();
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < 20_000; i++) {
            int dice = random.nextInt(100);
            String key = dice < 20 ? "hot" : dice < 30 ? "counter" : "cold" + random.nextInt(100_000);
            observer.used(key.getBytes(StandardCharsets.UTF_8), key.equals("counter") && dice % 10 > 0);
        }

        Advice advice = observer.advise(new Situation(1_000, 1_000, 0, CALM));

        assertThat(advice.hot().get(0).key()).isEqualTo("hot".getBytes(StandardCharsets.UTF_8));
        assertThat(advice.hot().get(0).share()).isBetween(0.18, 0.25);
        assertThat(advice.hot().get(1).key()).isEqualTo("counter".getBytes(StandardCharsets.UTF_8));
        assertThat(advice.written().get(0).key()).isEqualTo("counter".getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void secondInWhichManyExpireIsTold() {
        double[] bySecond = new double[ExpiryForecast.SECONDS];
        bySecond[30] = 400;
        bySecond[31] = 2;

        Advice advice = new Observer().advise(new Situation(1_000, 1_000, 0, new ExpiryForecast(1_000, bySecond, 402)));

        assertThat(advice.stormSecond()).isEqualTo(30);
    }
}
