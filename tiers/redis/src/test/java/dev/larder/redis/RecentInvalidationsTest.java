package dev.larder.redis;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.testkit.FakeTicker;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RecentInvalidationsTest {
    private final FakeTicker ticker = new FakeTicker();
    private final RecentInvalidations<String> recent = new RecentInvalidations<>(ticker);

    @Test
    void keysAreKeptForTheWindow() {
        recent.invalidated("a", List.of("1"));
        ticker.advance(Duration.ofSeconds(40));
        recent.invalidated("a", List.of("2"));
        recent.invalidated("b", List.of("3"));

        ticker.advance(Duration.ofSeconds(21));

        assertThat(recent.caches()).containsExactlyInAnyOrder("a", "b");
        assertThat(recent.recent("a")).isEqualTo(Set.of("2"));
        assertThat(recent.recent("c")).isEmpty();
    }

    @Test
    void clearOutdoesKeys() {
        recent.invalidated("a", List.of("1"));
        recent.cleared("a");
        recent.invalidated("a", List.of("2"));

        assertThat(recent.recent("a")).isNull();
    }

    @Test
    void cacheThatLosesAYoungKeyIsClearedUntilTheWindowEnds() {
        recent.invalidated("a", List.of("1"));
        List<String> many = IntStream.range(0, RecentInvalidations.MAX_KEYS)
                .mapToObj(Integer::toString)
                .toList();
        recent.invalidated("b", many);

        assertThat(recent.recent("a")).isNull();
        assertThat(recent.recent("b")).hasSize(many.size());

        ticker.advance(Duration.ofSeconds(61));
        assertThat(recent.caches()).isEmpty();
    }
}
