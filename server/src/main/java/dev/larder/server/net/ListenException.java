package dev.larder.server.net;

/** The server cannot listen where it was told to. The message is one sentence with the address and the reason. */
public final class ListenException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ListenException(String message, Throwable cause) {
        super(message, cause);
    }
}
