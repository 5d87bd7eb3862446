package dev.larder.server.command;

/** What a command answers instead of what was asked for: the text of an error reply, its code first. Nothing has changed. */
final class Complaint extends RuntimeException {
    static final String WRONG_TYPE = "WRONGTYPE Operation against a key holding the wrong kind of value";
    static final String NOT_AN_INTEGER = "ERR value is not an integer or out of range";
    static final String NOT_A_FLOAT = "ERR value is not a valid float";
    static final String NOT_POSITIVE = "ERR value is out of range, must be positive";
    static final String NO_NUMKEYS = "ERR numkeys should be greater than 0";
    static final String SYNTAX = "ERR syntax error";
    static final String NO_SUCH_KEY = "ERR no such key";
    static final String NO_SUCH_DATABASE = "ERR DB index is out of range";
    static final String INVALID_CURSOR = "ERR invalid cursor";
    static final String OUT_OF_ROOM = "OOM command not allowed when used memory > 'maxmemory'.";
    static final String TOO_LONG = "ERR string exceeds maximum allowed size (proto-max-bulk-len)";

    private static final long serialVersionUID = 1;

    /** Without a stack trace: a client's mistake shall cost no more than its reply. */
    Complaint(String message) {
        super(message, null, false, false);
    }

    String text() {
        return String.valueOf(getMessage());
    }
}
