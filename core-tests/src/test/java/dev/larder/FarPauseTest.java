package dev.larder;

import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.time.Ticker;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Promise G2 over a shared tier, where the whole process stood still and nobody has looked at the clock since. */
final class FarPauseTest extends FarFixture {
    /** As a process's ticker is from the moment it goes on until somebody reads the time: the ceiling lies in the past. */
    private final Ticker unpaced = new Ticker() {
        @Override
        public long nanos() {
            return ticker.nanos();
        }

        @Override
        public long ceilingNanos() {
            return SECOND.toNanos();
        }
    };

    @Override
    protected LarderBuilder larderBuilder() {
        return super.larderBuilder().ticker(unpaced);
    }

    @Test
    void firstHitAfterThePauseIsJudgedByTheTimeItIsAndNotByTheTimeThePauseBegan() {
        Site one = site("one");
        Site two = site("two");
        origin.set("k", "v1");
        one.cache().get("k");
        one.tier().cutBus();
        ticker.leap(Duration.ofSeconds(30));
        origin.set("k", "v2");
        two.cache().remove("k");

        assertThat(one.cache().get("k")).isEqualTo("v2");
    }
}
