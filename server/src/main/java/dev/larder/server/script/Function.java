package dev.larder.server.script;

import org.luaj.vm2.Varargs;
import org.luaj.vm2.lib.VarArgFunction;

/** A function that scripts can call. */
final class Function extends VarArgFunction {
    /** What it does. */
    @FunctionalInterface
    interface Body {
        Varargs run(Varargs given);
    }

    private final Body body;

    Function(String name, Body body) {
        this.name = name;
        this.body = body;
    }

    @Override
    public Varargs invoke(Varargs given) {
        return body.run(given);
    }
}
