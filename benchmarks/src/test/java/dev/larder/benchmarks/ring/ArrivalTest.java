package dev.larder.benchmarks.ring;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Loads before a join and after it. */
class ArrivalTest {
    @Test
    void loadsBeforeTheJoinAreNotItsPrice() {
        Arrival arrival = new Arrival(new long[] {5, 1, 40, 7, 3}, 2);

        assertThat(arrival.before()).isEqualTo(6);
        assertThat(arrival.after()).isEqualTo(50);
        assertThat(arrival.most()).isEqualTo(40);
    }

    @Test
    void joinThatCostsNothingHasNoWorstSlice() {
        assertThat(new Arrival(new long[] {5, 0, 0}, 1).most()).isZero();
    }
}
