package dev.larder.server.config;

/** A value that a directive cannot have. The message is what Redis says of it, without the directive's name. */
public final class WrongValueException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public WrongValueException(String message) {
        super(message, null, false, false);
    }
}
