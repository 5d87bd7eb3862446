package dev.larder.server.script;

import java.nio.charset.StandardCharsets;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaInteger;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** Lua's values: text of numbers as Lua 5.1 has it, what functions ask of their arguments. Pure. */
final class Values {
    /** The longest string that a script can make. */
    static final int MOST_BYTES = 64 << 20;

    private Values() {}

    static LuaString string(String text) {
        return LuaString.valueOf(text.getBytes(StandardCharsets.UTF_8));
    }

    static String text(LuaString string) {
        return new String(string.m_bytes, string.m_offset, string.m_length, StandardCharsets.UTF_8);
    }

    static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] bytes(LuaString string) {
        byte[] copy = new byte[string.m_length];
        System.arraycopy(string.m_bytes, string.m_offset, copy, 0, copy.length);
        return copy;
    }

    /** A string or a number as a string. */
    static LuaString text(LuaValue value) {
        if (value instanceof LuaInteger) {
            return LuaString.valueOf(Integer.toString(value.toint()));
        }
        return value.type() == LuaValue.TNUMBER ? LuaString.valueOf(Digits.lua(value.todouble())) : (LuaString) value;
    }

    static void checkLength(long bytes) {
        if (bytes > MOST_BYTES) {
            throw new LuaError("string length overflow: a string may have at most " + MOST_BYTES + " bytes");
        }
    }

    static LuaError bad(String function, int index, String message) {
        return new LuaError("bad argument #" + index + " to '" + function + "' (" + message + ")");
    }

    private static LuaError wrong(String function, Varargs given, int index, String expected) {
        String got = index > given.narg() ? "no value" : given.arg(index).typename();
        return bad(function, index, expected + " expected, got " + got);
    }

    /** An argument that must be a string or a number. */
    static LuaString string(String function, Varargs given, int index) {
        LuaValue value = given.arg(index);
        if (value.type() != LuaValue.TSTRING && value.type() != LuaValue.TNUMBER) {
            throw wrong(function, given, index, "string");
        }
        return text(value);
    }

    /** The number that a value is, or is the text of; nil for others. The interpreter's own way fails at {@code 0x}. */
    static LuaValue converted(LuaValue value) {
        try {
            return value.tonumber();
        } catch (ArrayIndexOutOfBoundsException digitsAreMissing) {
            return LuaValue.NIL;
        }
    }

    /** An argument that must be a number, or text of one. */
    static double number(String function, Varargs given, int index) {
        LuaValue number = converted(given.arg(index));
        if (number.isnil()) {
            throw wrong(function, given, index, "number");
        }
        return number.todouble();
    }

    static double number(String function, Varargs given, int index, double standard) {
        return given.arg(index).isnil() ? standard : number(function, given, index);
    }

    static LuaTable table(String function, Varargs given, int index) {
        if (!(given.arg(index) instanceof LuaTable table)) {
            throw wrong(function, given, index, "table");
        }
        return table;
    }

    /** An argument that must be there. */
    static LuaValue any(String function, Varargs given, int index) {
        if (index > given.narg()) {
            throw bad(function, index, "value expected");
        }
        return given.arg(index);
    }

    static LuaValue function(String function, Varargs given, int index) {
        if (!given.arg(index).isfunction()) {
            throw wrong(function, given, index, "function");
        }
        return given.arg(index);
    }
}
