package dev.larder.server.script;

import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;

/** A table that scripts may read, and not change when it is {@linkplain #freeze frozen}. */
final class Library extends LuaTable {
    private static final String FROZEN = "Attempt to modify a readonly table";

    private boolean isFrozen;

    /** Adds a function. */
    Library with(String name, Function.Body body) {
        set(LuaValue.valueOf(name), new Function(name, body));
        return this;
    }

    Library freeze() {
        isFrozen = true;
        return this;
    }

    boolean isFrozen() {
        return isFrozen;
    }

    private void check() {
        if (isFrozen) {
            throw new LuaError(FROZEN);
        }
    }

    @Override
    public void set(int key, LuaValue value) {
        check();
        super.set(key, value);
    }

    @Override
    public void set(LuaValue key, LuaValue value) {
        check();
        super.set(key, value);
    }

    @Override
    public void rawset(int key, LuaValue value) {
        check();
        super.rawset(key, value);
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
}
