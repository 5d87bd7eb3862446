package dev.larder.server.command;

/** A command waits for something that goes on elsewhere: nothing was answered, and it is to be tried again soon. */
final class NotYetException extends RuntimeException {
    private static final long serialVersionUID = 1;

    NotYetException() {
        super("not yet", null, false, false);
    }
}
