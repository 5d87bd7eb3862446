package dev.larder.failure;

import org.jspecify.annotations.Nullable;

/**
 * Something went wrong in production: an origin, a tier or a limit, not the calling code. Each subclass stands for one
 * reaction that a caller could choose. Mistakes in a call throw {@link IllegalArgumentException} or
 * {@link IllegalStateException} instead.
 */
public abstract class LarderException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    protected LarderException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
