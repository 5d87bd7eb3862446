package dev.larder.server.script;

/** A script that cannot be compiled; the message is what a client is told. */
public final class ScriptException extends RuntimeException {
    private static final long serialVersionUID = 1;

    ScriptException(String message) {
        super(message, null, false, false);
    }

    /** What a client is told. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
