package dev.larder.server.snapshot;

import dev.larder.failure.LarderException;

/** A file is no snapshot, or was cut off, or is of a version that this server does not know. Nothing was loaded. */
public final class UnusableSnapshotException extends LarderException {
    private static final long serialVersionUID = 1;

    UnusableSnapshotException(String message) {
        super(message, null);
    }
}
