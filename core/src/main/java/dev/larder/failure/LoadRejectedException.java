package dev.larder.failure;

import org.jspecify.annotations.Nullable;

/**
 * A limit on loads or on waiters was reached before the origin was asked. Remedy: try later, or raise the limit that the
 * message names.
 */
public final class LoadRejectedException extends LarderException {
    private static final long serialVersionUID = 1L;

    public LoadRejectedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
