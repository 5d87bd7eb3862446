package dev.larder.storefront.database;

import org.jspecify.annotations.Nullable;

/** The shop's database cannot be used. The message is one sentence for the person who started the shop, with the remedy. */
public final class DatabaseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public DatabaseException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
