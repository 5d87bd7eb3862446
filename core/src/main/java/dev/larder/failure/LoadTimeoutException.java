package dev.larder.failure;

import org.jspecify.annotations.Nullable;

/**
 * The load, or the wait for another caller's load, took longer than allowed. The load goes on; if it succeeds its value is
 * stored. Remedy: try again, or give the load more time.
 */
public final class LoadTimeoutException extends LarderException {
    private static final long serialVersionUID = 1L;

    public LoadTimeoutException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
