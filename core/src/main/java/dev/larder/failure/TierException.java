package dev.larder.failure;

import org.jspecify.annotations.Nullable;

/**
 * A shared tier did not do what it was asked: unreachable, timed out, wrong password, out of memory. Reads survive this;
 * it reaches
 * callers of {@code Larder.ping} only.
 */
public final class TierException extends LarderException {
    private static final long serialVersionUID = 1L;

    public TierException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
