package dev.larder.time;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.Cache;
import dev.larder.Larder;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The ceiling of the present is never below it while somebody paces the ticker. */
class PacedTickerTest {
    private final PacedTicker ticker = new PacedTicker();

    @Test
    void ceilingIsNotBelowThePresentRightAfterAReading() {
        for (int i = 0; i < 100_000; i++) {
            long now = ticker.nanos();

            assertThat(ticker.ceilingNanos()).isGreaterThan(now);
        }
    }

    @Test
    void readingsAreThoseOfTheSystemsTicker() {
        long before = Ticker.system().nanos();
        long between = ticker.nanos();
        long after = Ticker.system().nanos();

        assertThat(between).isBetween(before, after);
    }

    @Test
    void stoppedTickerHasNoCeiling() {
        ticker.stop();

        assertThat(ticker.ceilingNanos()).isEqualTo(Ticker.NEVER);
        assertThat(ticker.nanos()).isLessThan(Ticker.NEVER);
        assertThat(ticker.ceilingNanos()).isEqualTo(Ticker.NEVER);
    }

    @Test
    void exactTickersHaveTheirReadingAsCeiling() {
        Ticker fake = () -> 42;

        assertThat(fake.ceilingNanos()).isEqualTo(42);
    }

    @Test
    void cachesOfAClosedLarderStillExpire() throws InterruptedException {
        Cache<String, String> cache;
        try (Larder larder = Larder.inProcess()) {
            cache = larder.cache("late", String.class, String.class)
                    .timeToLive(Duration.ofNanos(1))
                    .build();
            cache.put("k", "v");
        }

        assertThat(cache.get("k")).isNull();
    }
}
