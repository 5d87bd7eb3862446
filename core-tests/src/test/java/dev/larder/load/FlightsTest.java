package dev.larder.load;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Flights that never land, because the thread that flew had no stack left even to say so. */
class FlightsTest {
    private final Flights<String, String> flights = new Flights<>();
    private final Attempt attempt = new Attempt();
    private final Flight<String, String> flight = requireNonNull(flights.launch("k", attempt));

    @Test
    void flightUnderWayIsTheOnlyOne() {
        assertThat(flights.of("k")).isSameAs(flight);
        assertThat(flights.launch("k", new Attempt())).isNull();
        assertThat(flight.isLost()).isFalse();
    }

    @Test
    void lostFlightGivesWayToAnotherAndMayNotStoreAnyMore() {
        attempt.isOver = true;

        assertThat(flight.isLost()).isTrue();
        assertThat(flights.of("k")).isNull();
        Flight<String, String> next = requireNonNull(flights.launch("k", new Attempt()));
        assertThat(flights.of("k")).isSameAs(next);
        assertThat(flight.isAttached()).isFalse();
        assertThat(next.isAttached()).isTrue();
    }

    @Test
    void flightThatLandedIsNotLostWhenItsAttemptIsOver() {
        flights.crash(flight, new IllegalStateException("failed"));
        attempt.isOver = true;

        assertThat(flight.isLost()).isFalse();
        assertThat(flights.size()).isZero();
    }

    @Test
    void attemptThatNoExecutorTakesStaysTheCallers() {
        try {
            attempt.handOver(
                    task -> {
                        throw new IllegalStateException("full");
                    },
                    () -> {});
        } catch (IllegalStateException e) {
            assertThat(attempt.isHandedOver).isFalse();
        }
        attempt.handOver(Runnable::run, () -> assertThat(attempt.isOver).isFalse());

        assertThat(attempt.isOver).isTrue();
        assertThat(attempt.isHandedOver).isTrue();
    }
}
