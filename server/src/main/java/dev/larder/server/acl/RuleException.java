package dev.larder.server.acl;

/** A rule that cannot be. The message is what a client is told. */
public final class RuleException extends RuntimeException {
    private static final long serialVersionUID = 1;

    RuleException(String message) {
        super(message, null, false, false);
    }

    /** What is wrong. */
    public String text() {
        return String.valueOf(getMessage());
    }
}
