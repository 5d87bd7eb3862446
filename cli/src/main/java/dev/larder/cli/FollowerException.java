package dev.larder.cli;

import java.io.IOException;

/** A further instance of the demo did not start. It has said why on standard error. */
final class FollowerException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int exitCode;

    FollowerException(int port, int exitCode) {
        super("the instance on port " + port + " did not start; the line above says why");
        this.exitCode = exitCode;
    }

    /** What it ended with. */
    int exitCode() {
        return exitCode;
    }
}
