package dev.larder.server.script;

import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaValue;

/** A value that was thrown as it is, without the place where. */
final class ScriptError extends LuaError {
    private static final long serialVersionUID = 1;

    private final transient LuaValue value;

    ScriptError(LuaValue value) {
        super(value);
        this.value = value;
    }

    ScriptError(String text) {
        this(Values.string(text));
    }

    LuaValue value() {
        return value;
    }
}
