package dev.larder.server.script;

import org.luaj.vm2.Globals;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;

/** The global variables of scripts: what there is can be read, all else is refused. */
final class Environment extends Globals {
    private static final LuaValue KEYS = LuaValue.valueOf("KEYS");
    private static final LuaValue ARGV = LuaValue.valueOf("ARGV");

    private boolean isFrozen;

    void freeze() {
        isFrozen = true;
    }

    /** What the next script is called with. */
    void given(LuaTable keys, LuaTable arguments) {
        super.rawset(KEYS, keys);
        super.rawset(ARGV, arguments);
    }

    @Override
    public LuaValue get(LuaValue key) {
        LuaValue value = rawget(key);
        if (value.isnil() && isFrozen) {
            throw new LuaError("Script attempted to access nonexistent global variable '" + key.tojstring() + "'");
        }
        return value;
    }

    @Override
    public void set(int key, LuaValue value) {
        set(LuaValue.valueOf(key), value);
    }

    @Override
    public void set(LuaValue key, LuaValue value) {
        check();
        super.rawset(key, value);
    }

    @Override
    public void rawset(int key, LuaValue value) {
        rawset(LuaValue.valueOf(key), value);
    }

    @Override
    public void rawset(LuaValue key, LuaValue value) {
        check();
        super.rawset(key, value);
    }

    @Override
    public LuaValue setmetatable(LuaValue metatable) {
        check();
        return super.setmetatable(metatable);
    }

    private void check() {
        if (isFrozen) {
            throw new LuaError("Attempt to modify a readonly table");
        }
    }
}
