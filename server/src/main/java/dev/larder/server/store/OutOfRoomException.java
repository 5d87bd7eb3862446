package dev.larder.server.store;

import dev.larder.failure.LarderException;

/**
 * A write found no room: the bound or the system has no memory, and the policy lets nobody leave. Nothing has changed. No
 * stack is recorded, for a full store may throw it for every write.
 */
public final class OutOfRoomException extends LarderException {
    private static final long serialVersionUID = 1;

    OutOfRoomException(String message) {
        super(message, null);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
        return this;
    }
}
