package dev.larder.server.command;

/** A reply grew beyond what may wait to be sent: the connection is to end. */
public final class TooMuchException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public TooMuchException() {
        super("the reply is longer than client-output-buffer-limit allows", null, false, false);
    }
}
