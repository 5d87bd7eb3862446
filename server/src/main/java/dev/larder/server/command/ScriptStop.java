package dev.larder.server.command;

/** Ends a script from within a command or between two instructions; no script can catch it. */
final class ScriptStop extends Error {
    private static final long serialVersionUID = 1;

    /** Why. */
    enum Reason {
        /** It used a key that it had not declared, and begins anew with all locks. */
        NEEDS_ALL,
        /** It takes long, and begins anew on a thread of its own. */
        MOVES,
        /** {@code SCRIPT KILL}. */
        KILLED,
        /** It has written, or is in a transaction, so that it can do neither, and its time is over. */
        TIMED_OUT,
        /** A command in it failed by a mistake of ours. */
        BUG
    }

    private final Reason reason;

    ScriptStop(Reason reason) {
        super(reason.name(), null, false, false);
        this.reason = reason;
    }

    ScriptStop(RuntimeException bug) {
        super("a command in a script failed", bug);
        this.reason = Reason.BUG;
    }

    Reason reason() {
        return reason;
    }
}
