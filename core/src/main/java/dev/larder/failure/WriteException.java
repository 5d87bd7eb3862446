package dev.larder.failure;

import org.jspecify.annotations.Nullable;

/**
 * The writer threw: the origin did not accept the value, and the key was left without one in every tier that could be
 * reached. {@link #getCause()} is the writer's own exception.
 */
public final class WriteException extends LarderException {
    private static final long serialVersionUID = 1L;

    public WriteException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
