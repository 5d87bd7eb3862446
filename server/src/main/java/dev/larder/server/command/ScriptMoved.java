package dev.larder.server.command;

/** A script goes on, from its beginning, on a thread of its own; whoever called it waits. */
final class ScriptMoved extends RuntimeException {
    private static final long serialVersionUID = 1;

    ScriptMoved() {
        super("the script goes on elsewhere", null, false, false);
    }
}
