package dev.larder.failure;

import java.io.Serial;

/** A new entry was refused: the cache is full, and its eviction policy lets no entry leave. */
public final class CacheFullException extends LarderException {
    @Serial
    private static final long serialVersionUID = 1;

    public CacheFullException(String message) {
        super(message, null);
    }
}
