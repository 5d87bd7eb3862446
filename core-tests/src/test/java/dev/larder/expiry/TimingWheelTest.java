package dev.larder.expiry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.time.Ticker;
import java.time.Duration;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The wheel against an array of deadlines: whatever is due is found, soon, and in few steps. */
class TimingWheelTest {
    private static final long SEED = Long.getLong("larder.seed", System.nanoTime());
    private static final long SECOND = Duration.ofSeconds(1).toNanos();
    private static final long TICK = 1L << 27;

    private final TimingWheel wheel = new TimingWheel();
    private long[] deadlines = {};
    private int visits;

    private void grow(int slots) {
        int before = deadlines.length;
        deadlines = Arrays.copyOf(deadlines, slots);
        Arrays.fill(deadlines, before, slots, Ticker.NEVER);
        wheel.grow(slots);
    }

    private void schedule(int slot, long deadline) {
        deadlines[slot] = deadline;
        wheel.schedule(slot, deadline);
    }

    /** As a store does: empties what is due, says when the next is. */
    private long visit(int first, int end, long now) {
        visits++;
        long earliest = Ticker.NEVER;
        for (int slot = first; slot < Math.min(end, deadlines.length); slot++) {
            if (deadlines[slot] <= now) {
                deadlines[slot] = Ticker.NEVER;
            }
            earliest = Math.min(earliest, deadlines[slot]);
        }
        return earliest;
    }

    private int advance(long now, int maxBlocks) {
        return wheel.advance(now, maxBlocks, (first, end) -> visit(first, end, now));
    }

    private long overdue(long now) {
        return Arrays.stream(deadlines)
                .filter(deadline -> deadline <= now - TICK)
                .count();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 60, 3_600, 86_400, 10_000_000})
    void whatIsDueIsFoundWithinATickWhateverTheTimesToLive(long longestSeconds) {
        System.out.println("larder.seed=" + SEED + " longest=" + longestSeconds);
        SplittableRandom random = new SplittableRandom(SEED);
        long now = random.nextLong(1_000 * SECOND);
        grow(1_000);
        advance(now, Integer.MAX_VALUE);
        for (int step = 0; step < 2_000; step++) {
            for (int i = 0; i < 20; i++) {
                schedule(random.nextInt(deadlines.length), now + random.nextLong(longestSeconds * SECOND));
            }
            now += random.nextLong(longestSeconds * SECOND / 50 + 1);
            advance(now, Integer.MAX_VALUE);
            wheel.checkInvariants();
            assertThat(overdue(now)).isZero();
        }
    }

    @Test
    void handJumpsOverYearsOfNothing() {
        grow(100);
        schedule(7, 30L * 365 * 86_400 * SECOND / 10);
        schedule(50, SECOND);

        advance(2L * 365 * 86_400 * SECOND, Integer.MAX_VALUE);
        assertThat(deadlines[50]).isEqualTo(Ticker.NEVER);
        assertThat(deadlines[7]).isNotEqualTo(Ticker.NEVER);
        advance(4L * 365 * 86_400 * SECOND, Integer.MAX_VALUE);

        assertThat(deadlines[7]).isEqualTo(Ticker.NEVER);
        wheel.checkInvariants();
    }

    @Test
    void stepsAreBoundedAndTheRestIsFoundLater() {
        grow(1_600);
        for (int slot = 0; slot < deadlines.length; slot++) {
            schedule(slot, SECOND);
        }

        assertThat(advance(2 * SECOND, 7)).isEqualTo(7);
        assertThat(overdue(2 * SECOND)).isEqualTo(1_600 - 7 * TimingWheel.BLOCK);
        wheel.checkInvariants();
        while (advance(2 * SECOND, 7) > 0) {
            wheel.checkInvariants();
        }

        assertThat(overdue(2 * SECOND)).isZero();
        assertThat(visits).isEqualTo(100);
    }

    @Test
    void laterDeadlineOfASlotCostsOneVisitInVain() {
        grow(16);
        schedule(3, SECOND);
        schedule(3, 100 * SECOND);

        advance(50 * SECOND, Integer.MAX_VALUE);

        assertThat(visits).isEqualTo(1);
        assertThat(deadlines[3]).isEqualTo(100 * SECOND);
        advance(102 * SECOND, Integer.MAX_VALUE);
        assertThat(deadlines[3]).isEqualTo(Ticker.NEVER);
    }

    @Test
    void earlierDeadlineMovesTheBlockForward() {
        grow(16);
        schedule(3, 5_000 * SECOND);
        schedule(4, SECOND);

        advance(2 * SECOND, Integer.MAX_VALUE);

        assertThat(deadlines[4]).isEqualTo(Ticker.NEVER);
        assertThat(deadlines[3]).isEqualTo(5_000 * SECOND);
    }

    @Test
    void entriesOfOneAgeCostOneVisitForABlock() {
        grow(16_000);
        for (int slot = 0; slot < deadlines.length; slot++) {
            schedule(slot, 3_600 * SECOND);
        }

        for (long now = 0; now < 3_700 * SECOND; now += SECOND / 4) {
            advance(now, 1_024);
        }

        assertThat(overdue(3_700 * SECOND)).isZero();
        assertThat(visits).isEqualTo(1_000);
    }

    @Test
    void blockWhoseVisitFailedIsVisitedAgain() {
        grow(16);
        schedule(3, SECOND);

        assertThatThrownBy(() -> wheel.advance(2 * SECOND, 10, (first, end) -> {
                    throw new StackOverflowError("as the test told it to");
                }))
                .isInstanceOf(StackOverflowError.class);
        wheel.checkInvariants();
        advance(2 * SECOND, 10);

        assertThat(deadlines[3]).isEqualTo(Ticker.NEVER);
        wheel.checkInvariants();
    }

    @Test
    void clearedWheelStartsAfresh() {
        grow(100);
        schedule(1, SECOND);

        wheel.clear();
        Arrays.fill(deadlines, Ticker.NEVER);
        advance(5 * SECOND, 10);
        assertThat(wheel.isInUse()).isFalse();
        grow(100);
        wheel.grow(100);
        schedule(2, 6 * SECOND);
        advance(7 * SECOND, 10);

        assertThat(visits).isEqualTo(1);
        assertThat(deadlines[2]).isEqualTo(Ticker.NEVER);
        wheel.checkInvariants();
    }
}
