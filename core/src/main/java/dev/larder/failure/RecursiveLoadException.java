package dev.larder.failure;

import org.jspecify.annotations.Nullable;

/**
 * A loader asked, directly or through other loads, for the key it is loading. Waiting would never end. Remedy: break the
 * circle in the loaders that the message names.
 */
public final class RecursiveLoadException extends LarderException {
    private static final long serialVersionUID = 1L;

    public RecursiveLoadException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
