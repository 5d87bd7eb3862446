package dev.larder.benchmarks.ring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class JoinTest {
    @Test
    void newServerTakesAboutItsShareAndNoKeyMovesBetweenOldOnes() {
        Join join = Join.of(10, 20_000, 1);

        assertThat(join.strays()).isZero();
        assertThat(join.timesIdeal()).isBetween(0.5, 1.5);
        assertThat(join.fullest()).isBetween(1.0, 1.6);
    }

    @Test
    void everyRoundHasServersOfItsOwn() {
        assertThat(Join.of(10, 20_000, 1)).isNotEqualTo(Join.of(10, 20_000, 2)).isEqualTo(Join.of(10, 20_000, 1));
    }
}
