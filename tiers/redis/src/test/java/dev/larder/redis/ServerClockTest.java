package dev.larder.redis;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ServerClockTest {
    private static final long MILLI = TimeUnit.MILLISECONDS.toNanos(1);
    private final ServerClock clock = new ServerClock();

    @Test
    void whatNobodyHasToldIsUnknown() {
        assertThat(clock.latest(0)).isEqualTo(ServerClock.UNKNOWN);
        assertThat(clock.earliest(0)).isEqualTo(ServerClock.UNKNOWN);
    }

    /** It said "1000.5" somewhere between the question at 0 ms and the answer at 30 ms. */
    @Test
    void timeThereIsBetweenEarliestAndLatest() {
        clock.told(1, 500, 0, 30 * MILLI);

        assertThat(clock.earliest(100 * MILLI)).isEqualTo(1_000 + 70);
        assertThat(clock.latest(100 * MILLI)).isBetween(1_100L + 1, 1_100L + 2);
    }

    @Test
    void whatWasToldLongAgoIsNotReliedOn() {
        clock.told(1, 0, 0, MILLI);

        assertThat(clock.latest(3_000 * MILLI)).isNotEqualTo(ServerClock.UNKNOWN);
        assertThat(clock.latest(3_000 * MILLI + 1)).isEqualTo(ServerClock.UNKNOWN);
        assertThat(clock.earliest(3_000 * MILLI + 1)).isEqualTo(ServerClock.UNKNOWN);
    }

    @Test
    void clockThatWasSetBackIsBelieved() {
        clock.told(5_000, 0, 0, 0);
        clock.told(1_000, 0, MILLI, MILLI);

        assertThat(clock.earliest(MILLI)).isEqualTo(1_000_000);
    }
}
