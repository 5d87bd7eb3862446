package dev.larder.server.rdb;

import java.io.IOException;

/** Bytes that are not in Redis's form, or in one that this server does not know. */
public final class RdbException extends IOException {
    private static final long serialVersionUID = 1;

    public RdbException(String message) {
        super(message);
    }
}
