package dev.larder.file;

import dev.larder.file.Locks.Guard;
import dev.larder.file.Locks.Held;
import dev.larder.time.Scheduler.Scheduled;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the folder within its bound and free of what nobody needs, in bounded steps on a thread of its own. Thread-safe;
 * all but {@link #start}, {@link #wake} and {@link #close} is confined to that thread.
 *
 * <p>One process sweeps at a time: it holds a lock from the first step of a way to the last, and if it dies another takes
 * over. A sweep begins when the folder is nearly full, when a generation became old, and every ten minutes.
 */
final class Sweeper {
    private static final Logger LOG = System.getLogger(Sweeper.class.getName());
    private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long EVERY_NANOS = TimeUnit.MINUTES.toNanos(10);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final int FILES_PER_STEP = 1_000;

    private final FileTier tier;
    private final Resources resources;
    private final Workers thread;
    private final AtomicBoolean asked = new AtomicBoolean(true);
    private @Nullable Scheduled waiting;
    private @Nullable Held held;
    private @Nullable Walk walk;
    private boolean isRemoving;
    private long sharedBefore;
    private long sweptNanos;
    private boolean degraded;
    private volatile boolean closed;

    Sweeper(FileTier tier, Runnable afterwards) {
        this.tier = tier;
        this.resources = tier.resources();
        this.thread = new Workers(tier.name(), "larder-file-sweeper", 1, afterwards);
    }

    /** Begins to look at the folder now and again. */
    void start() {
        later(LOOK_NANOS);
    }

    /** Asks for a sweep at the next look: by then, most who were just using an old generation have finished. */
    void wake() {
        asked.set(true);
    }

    /** Stops after the step under way. */
    void close() {
        closed = true;
        thread.run(this::end);
        thread.close();
    }

    private void later(long delayNanos) {
        waiting = tier.later(() -> thread.run(this::run), delayNanos);
    }

    private void run() {
        Scheduled next = waiting;
        if (next != null) {
            next.cancel();
            waiting = null;
        }
        if (closed) {
            return;
        }
        boolean goesOn = false;
        try {
            goesOn = step();
            degraded = false;
        } catch (IOException | RuntimeException e) {
            end();
            if (!degraded) {
                degraded = true;
                LOG.log(Level.WARNING, tier.name() + " cannot be swept; it is tried again", e);
            }
        }
        later(goesOn ? PAUSE_NANOS : LOOK_NANOS);
    }

    /** True while a sweep is under way. */
    private boolean step() throws IOException {
        Walk going = walk;
        if (going == null) {
            return begin();
        }
        if (going.step(FILES_PER_STEP)) {
            return true;
        }
        Usage usage = resources.usage();
        usage.bring();
        long bytes = going.bytes();
        long grown = Math.max(0, usage.sharedBytes() - sharedBefore);
        if (!isRemoving && bytes + grown > usage.sweepAbove()) {
            isRemoving = true;
            walk = going.removing(bytes + grown - usage.sweepTo());
            return true;
        }
        usage.count(bytes, sharedBefore);
        sweptNanos = tier.nanos();
        end();
        return false;
    }

    private boolean begin() throws IOException {
        Usage usage = resources.usage();
        resources.clock().now(); // so that a wall clock that goes back is noticed while nothing else happens
        usage.bring();
        boolean isDue = tier.nanos() - sweptNanos > EVERY_NANOS || usage.bytes() > usage.sweepAbove();
        if (!isDue && !asked.get() && usage.isCounted()) {
            return false;
        }
        held = resources.locks().tryHold(Guard.SWEEP);
        if (held == null) {
            return false; // another process is at it; whether there is more to do is seen after it
        }
        asked.set(false);
        isRemoving = false;
        sharedBefore = usage.sharedBytes();
        walk = Walk.counting(resources);
        return true;
    }

    private void end() {
        walk = null;
        Held last = held;
        held = null;
        if (last != null) {
            try {
                last.close();
            } catch (IOException e) { // the lock goes with the process at the latest
                LOG.log(Level.DEBUG, "the sweeper's lock could not be released", e);
            }
        }
    }
}
