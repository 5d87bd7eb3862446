package dev.larder.failure;

/**
 * Decides whether to call something that has been failing. Closed: every call. After {@value #FAILURES_TO_OPEN} failures
 * in a row, open: no call until a pause is over; then half open: one call as a probe, which closes the breaker or opens
 * it for twice the pause, {@link #LONGEST_PAUSE_NANOS} at most.
 *
 * <p>Thread-safe: guarded by itself; {@link #isClosed} is a volatile read. Reads no clock: callers bring the time.
 */
public final class Breaker {
    static final int FAILURES_TO_OPEN = 3;
    static final long FIRST_PAUSE_NANOS = 1_000_000_000L;
    static final long LONGEST_PAUSE_NANOS = 30_000_000_000L;

    private enum State {
        CLOSED,
        OPEN,
        PROBING
    }

    private volatile State state = State.CLOSED;
    private int failuresInARow;
    private long pauseNanos = FIRST_PAUSE_NANOS;
    private long openUntilNanos;

    /** Whether all is well, as far as is known. */
    public boolean isClosed() {
        return state == State.CLOSED;
    }

    /** Whether a call may be made at {@code now}; in the half-open state the caller gets the only probe. */
    public boolean permits(long now) {
        if (state == State.CLOSED) {
            return true;
        }
        synchronized (this) {
            if (state == State.CLOSED) {
                return true;
            }
            if (now < openUntilNanos) {
                return false;
            }
            // A probe that never reports back must not keep the breaker open for ever: the next one goes a pause later.
            state = State.PROBING;
            openUntilNanos = now + pauseNanos;
            return true;
        }
    }

    /** A call succeeded. Returns whether that closed the breaker. */
    public boolean onSuccess() {
        if (state == State.CLOSED && failuresInARow == 0) { // racy read: at worst one success is not noted
            return false;
        }
        synchronized (this) {
            boolean closes = state != State.CLOSED;
            state = State.CLOSED;
            failuresInARow = 0;
            pauseNanos = FIRST_PAUSE_NANOS;
            return closes;
        }
    }

    /** A call failed at {@code now}. Returns whether that opened the breaker, which had been closed. */
    public synchronized boolean onFailure(long now) {
        failuresInARow++;
        return switch (state) {
            case CLOSED -> {
                if (failuresInARow < FAILURES_TO_OPEN) {
                    yield false;
                }
                state = State.OPEN;
                openUntilNanos = now + pauseNanos;
                yield true;
            }
            case PROBING -> {
                pauseNanos = Math.min(pauseNanos * 2, LONGEST_PAUSE_NANOS);
                state = State.OPEN;
                openUntilNanos = now + pauseNanos;
                yield false;
            }
            case OPEN -> false;
        };
    }
}
