package dev.larder.failure;

import org.jspecify.annotations.Nullable;

/**
 * A rebuild did not switch; the old generation goes on being served. The message says why and what to do.
 */
public final class RebuildException extends LarderException {
    private static final long serialVersionUID = 1L;

    public RebuildException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
