package dev.larder.tier;

import dev.larder.time.Scheduler;
import dev.larder.time.Scheduler.Scheduled;

/**
 * Delayed work of a tier, which ends with the scheduler without a fuss: where that is closed already, the program is about
 * to end and what was to be done later is not needed. As thread-safe as the scheduler.
 */
public record Later(Scheduler scheduler) {
    /** Runs {@code task} once, no sooner than {@code delayNanos} from now; never where the scheduler is closed. */
    public Scheduled schedule(Runnable task, long delayNanos) {
        try {
            return scheduler.schedule(task, delayNanos);
        } catch (IllegalStateException closed) {
            return () -> {};
        }
    }
}
