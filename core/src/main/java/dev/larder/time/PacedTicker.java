package dev.larder.time;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * The system's ticker for whoever needs "not yet" far more often than "now": it remembers its last reading, so that
 * {@link #ceilingNanos()} is one load from memory and not a call of the system.
 *
 * <p>The owner paces it: it has {@link #nanos()} called at least twice a second until {@link #stop()}. Then the ceiling is
 * right, by a margin of half a second. Should the whole process stand still for longer, the ceiling may be too low from
 * the moment it goes on until the next pace, a moment later: so nothing that was promised to other processes may be judged
 * by it. Thread-safe: one word, written by whoever reads the time and finds the word older than {@link #STEP_NANOS}.
 */
public final class PacedTicker implements Ticker {
    /** How far the ceiling lies above the reading remembered. */
    private static final long LEAD_NANOS = 1_000_000_000;
    /** A younger reading is not written again, so that readers do not fight over the word. */
    private static final long STEP_NANOS = 50_000_000;

    private static final VarHandle RECENT;

    static {
        try {
            RECENT = MethodHandles.lookup().findVarHandle(PacedTicker.class, "recent", long.class);
        } catch (ReflectiveOperationException impossible) {
            throw new ExceptionInInitializerError(impossible);
        }
    }

    private final Ticker exact = Ticker.system();
    /** Opaque: whatever reading a thread sees, the margin covers that others are newer. */
    private long recent = exact.nanos();

    @Override
    public long nanos() {
        long now = exact.nanos();
        long seen = (long) RECENT.getOpaque(this);
        if (now - seen >= STEP_NANOS) {
            RECENT.compareAndSet(this, seen, now); // one of many is enough, and none may undo a stop
        }
        return now;
    }

    @Override
    public long ceilingNanos() {
        return (long) RECENT.getOpaque(this) + LEAD_NANOS;
    }

    /** From now on nobody paces this ticker; its ceiling is never. */
    public void stop() {
        RECENT.setVolatile(this, NEVER - LEAD_NANOS);
    }
}
