package dev.larder.failure;

import org.jspecify.annotations.Nullable;

/**
 * The loader threw, and nothing stale could be served in its place. {@link #getCause()} is the loader's own exception, the same
 * for every caller that waited for this load. Remedy: mend the origin; the key is tried again after its back-off.
 */
public final class LoadException extends LarderException {
    private static final long serialVersionUID = 1L;

    public LoadException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
