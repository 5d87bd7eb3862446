package dev.larder.testkit;

import dev.larder.time.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A clock that stands still until a test moves it. It starts at zero.
 *
 * <p>A {@link ManualScheduler} over it runs its tasks while the clock moves, each at its own moment: a task due in one
 * second, that reschedules itself, runs ten times while the clock moves by ten seconds, and reads the right time each
 * time.
 *
 * <p>Thread-safe. Two threads may move it at once; it then ends where both moves together take it.
 */
public final class FakeTicker implements Ticker {
    /** Something that waits for moments of this clock. */
    interface Alarm {
        /** The moment of the earliest thing due, or {@link Ticker#NEVER}. */
        long nextNanos();

        /** Does what is due by the clock's present moment. */
        void ring();
    }

    private final AtomicLong now = new AtomicLong();
    /** Where all moves begun so far will end. */
    private final AtomicLong goal = new AtomicLong();

    private final List<Alarm> alarms = new CopyOnWriteArrayList<>();

    @Override
    public long nanos() {
        return now.get();
    }

    /**
     * Moves the clock on, running on this thread what schedulers have due on the way.
     *
     * @throws IllegalArgumentException if {@code duration} is negative: elapsed time never goes back
     */
    public void advance(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("duration must be >= 0 but was " + duration);
        }
        long target = goal.addAndGet(duration.toNanos());
        long due = earliestAlarm();
        while (due <= target) {
            moveTo(due);
            alarms.forEach(Alarm::ring);
            due = earliestAlarm();
        }
        moveTo(target);
    }

    /**
     * Moves the clock on in one leap, then runs what schedulers have due: all of it late, as after a process was
     * suspended. A task that repeats itself runs once, not for each of its moments on the way.
     */
    public void leap(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("duration must be >= 0 but was " + duration);
        }
        moveTo(goal.addAndGet(duration.toNanos()));
        alarms.forEach(Alarm::ring);
    }

    void add(Alarm alarm) {
        alarms.add(alarm);
    }

    void remove(Alarm alarm) {
        alarms.remove(alarm);
    }

    private void moveTo(long nanos) {
        now.accumulateAndGet(nanos, Math::max);
    }

    private long earliestAlarm() {
        return alarms.stream().mapToLong(Alarm::nextNanos).min().orElse(NEVER);
    }
}
