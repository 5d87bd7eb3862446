package dev.larder.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.time.Scheduler.Scheduled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The fake clock, and the scheduler and executor that wait for a test. */
final class FakeClockTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final FakeTicker ticker = new FakeTicker();
    private final ManualScheduler scheduler = new ManualScheduler(ticker);
    private final List<String> ran = new ArrayList<>();

    private Runnable noting(String name) {
        return () -> ran.add(name + "@" + ticker.nanos() / SECOND.toNanos());
    }

    @Test
    void clockStandsStillUntilItIsMoved() {
        assertThat(ticker.nanos()).isZero();

        ticker.advance(SECOND);
        ticker.leap(SECOND);

        assertThat(ticker.nanos()).isEqualTo(2 * SECOND.toNanos());
    }

    @Test
    void clockNeverGoesBack() {
        assertThatThrownBy(() -> ticker.advance(SECOND.negated())).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ticker.leap(SECOND.negated())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void movesOfManyThreadsAddUp() {
        Threads.run(4, number -> {
            for (int i = 0; i < 1_000; i++) {
                ticker.advance(Duration.ofNanos(1));
            }
        });

        assertThat(ticker.nanos()).isEqualTo(4_000);
    }

    @Test
    void tasksRunInTheOrderOfTheirMomentsAndSeeThem() {
        scheduler.schedule(noting("late"), SECOND.multipliedBy(3).toNanos());
        scheduler.schedule(noting("early"), SECOND.toNanos());
        scheduler.schedule(noting("early too"), SECOND.toNanos());

        ticker.advance(SECOND.minusNanos(1));
        assertThat(ran).isEmpty();
        ticker.advance(SECOND.multipliedBy(9));

        assertThat(ran).containsExactly("early@1", "early too@1", "late@3");
        assertThat(scheduler.waiting()).isZero();
    }

    @Test
    void taskThatRepeatsItselfRunsAtEachOfItsMoments() {
        scheduler.schedule(this::repeat, SECOND.toNanos());

        ticker.advance(SECOND.multipliedBy(3));

        assertThat(ran).containsExactly("tick@1", "tick@2", "tick@3");
    }

    @Test
    void leapMakesWhatWasDueRunLateAndOnce() {
        scheduler.schedule(this::repeat, SECOND.toNanos());

        ticker.leap(SECOND.multipliedBy(3));

        assertThat(ran).containsExactly("tick@3");
    }

    private void repeat() {
        noting("tick").run();
        scheduler.schedule(this::repeat, SECOND.toNanos());
    }

    @Test
    void taskWithoutDelayRunsAtOnce() {
        scheduler.schedule(noting("now"), 0);
        scheduler.schedule(noting("past"), -5);

        assertThat(ran).containsExactly("now@0", "past@0");
    }

    @Test
    void cancelledTaskDoesNotRun() {
        Scheduled waiting = scheduler.schedule(noting("never"), 1);

        waiting.cancel();
        waiting.cancel();
        ticker.advance(SECOND);

        assertThat(ran).isEmpty();
    }

    @Test
    void taskThatThrowsIsKeptAndStopsNothing() {
        IllegalStateException broken = new IllegalStateException("broken");
        scheduler.schedule(
                () -> {
                    throw broken;
                },
                1);
        scheduler.schedule(noting("next"), 2);

        ticker.advance(SECOND);

        assertThat(scheduler.failures()).containsExactly(broken);
        assertThat(ran).hasSize(1);
    }

    @Test
    void closedSchedulerRunsNothingAndTakesNothing() {
        scheduler.schedule(noting("never"), 1);

        scheduler.close();
        ticker.advance(SECOND);

        assertThat(ran).isEmpty();
        assertThatThrownBy(() -> scheduler.schedule(noting("never"), 1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void executorRunsWhatItHoldsWhenItIsTold() {
        ManualExecutor executor = new ManualExecutor();
        executor.execute(() -> executor.execute(noting("second")));
        executor.execute(noting("first"));
        assertThat(ran).isEmpty();

        assertThat(executor.runAll()).isEqualTo(3);

        assertThat(ran).containsExactly("first@0", "second@0");
    }
}
