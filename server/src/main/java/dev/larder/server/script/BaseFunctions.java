package dev.larder.server.script;

import org.luaj.vm2.LuaClosure;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** Lua's basic functions, without those that read files, print, change environments, or make threads. */
final class BaseFunctions {
    private static final LuaValue INDEX_KEY = LuaValue.valueOf("__metatable");
    private static final LuaValue TO_STRING = LuaValue.valueOf("__tostring");
    private static final int MOST_UNPACKED = 8_000;

    private final Watch watch;
    private final Environment environment;

    private BaseFunctions(Watch watch, Environment environment) {
        this.watch = watch;
        this.environment = environment;
    }

    static void addTo(Environment environment, Watch watch) {
        new BaseFunctions(watch, environment).add();
    }

    private void add() {
        add("assert", BaseFunctions::asserted);
        add("collectgarbage", BaseFunctions::collect);
        add("gcinfo", given -> LuaValue.ZERO);
        add("error", this::error);
        add("getmetatable", BaseFunctions::metatable);
        add("setmetatable", BaseFunctions::withMetatable);
        add("ipairs", BaseFunctions::ipairs);
        add(
                "pairs",
                given -> LuaValue.varargsOf(
                        new Function("next", BaseFunctions::next), Values.table("pairs", given, 1), LuaValue.NIL));
        add("next", BaseFunctions::next);
        add("load", this::load);
        add("loadstring", this::load);
        add("pcall", this::pcall);
        add("xpcall", this::xpcall);
        add(
                "rawequal",
                given -> LuaValue.valueOf(Values.any("rawequal", given, 1).raweq(Values.any("rawequal", given, 2))));
        add("rawget", given -> Values.table("rawget", given, 1).rawget(given.arg(2)));
        add("rawset", BaseFunctions::rawset);
        add("select", BaseFunctions::select);
        add("tonumber", BaseFunctions::tonumber);
        add("tostring", given -> tostring(Values.any("tostring", given, 1)));
        add("type", given -> LuaValue.valueOf(Values.any("type", given, 1).typename()));
        add("unpack", BaseFunctions::unpack);
        environment.set(LuaValue.valueOf("_G"), environment);
        environment.set(LuaValue.valueOf("_VERSION"), LuaValue.valueOf("Lua 5.1"));
    }

    private void add(String name, Function.Body body) {
        environment.set(LuaValue.valueOf(name), new Function(name, body));
    }

    private static Varargs asserted(Varargs given) {
        if (Values.any("assert", given, 1).toboolean()) {
            return given;
        }
        throw new LuaError(given.isnil(2) ? "assertion failed!" : Values.text(Values.string("assert", given, 2)));
    }

    private static Varargs collect(Varargs given) {
        String what = given.isnil(1) ? "collect" : given.arg(1).tojstring();
        return switch (what) {
            case "collect", "stop", "restart", "count", "setpause", "setstepmul" -> LuaValue.ZERO;
            case "step" -> LuaValue.FALSE;
            default -> throw Values.bad("collectgarbage", 1, "invalid option '" + what + "'");
        };
    }

    private Varargs error(Varargs given) {
        LuaValue message = given.arg(1);
        int level = (int) Values.number("error", given, 2, 1);
        if (level > 0 && (message.type() == LuaValue.TSTRING || message.type() == LuaValue.TNUMBER)) {
            String place = watch.place(level);
            if (!place.isEmpty()) {
                message = Joined.START
                        .add(LuaValue.valueOf(place + ": "))
                        .add(message)
                        .neg();
            }
        }
        throw new ScriptError(message);
    }

    private static Varargs metatable(Varargs given) {
        LuaValue own = Values.any("getmetatable", given, 1).getmetatable();
        if (own == null) {
            return LuaValue.NIL;
        }
        LuaValue hidden = own.rawget(INDEX_KEY);
        return hidden.isnil() ? own : hidden;
    }

    private static Varargs withMetatable(Varargs given) {
        LuaTable table = Values.table("setmetatable", given, 1);
        LuaValue wanted = given.arg(2);
        if (given.narg() < 2 || !(wanted.isnil() || wanted.istable())) {
            throw Values.bad("setmetatable", 2, "nil or table expected");
        }
        LuaValue own = table.getmetatable();
        if (own != null && !own.rawget(INDEX_KEY).isnil()) {
            throw new LuaError("cannot change a protected metatable");
        }
        return table.setmetatable(wanted.isnil() ? null : wanted);
    }

    private static Varargs ipairs(Varargs given) {
        LuaTable table = Values.table("ipairs", given, 1);
        return LuaValue.varargsOf(new Function("ipairs", BaseFunctions::inext), table, LuaValue.ZERO);
    }

    private static Varargs inext(Varargs given) {
        LuaValue index = given.arg(2).add(1);
        LuaValue value = given.arg1().get(index);
        return value.isnil() ? LuaValue.NIL : LuaValue.varargsOf(index, value);
    }

    private static Varargs next(Varargs given) {
        LuaTable table = Values.table("next", given, 1);
        try {
            return table.next(given.arg(2));
        } catch (LuaError wrong) {
            throw new ScriptError("invalid key to 'next'");
        }
    }

    @SuppressWarnings("ReferenceEquality") // the very same constant
    private Varargs load(Varargs given) {
        LuaValue chunk = given.arg(1);
        String name = given.narg() > 1 && given.arg(2).isstring() ? given.arg(2).tojstring() : null;
        LuaString text;
        if (chunk.isfunction()) {
            LuaValue all = Joined.START;
            while (true) {
                LuaValue piece = chunk.call();
                if (piece.isnil() || (piece.isstring() && piece.length() == 0)) {
                    break;
                }
                all = all.add(piece);
            }
            LuaValue sum = all == Joined.START ? LuaString.valueOf("") : all.neg();
            text = Values.text(sum);
        } else {
            text = Values.string("loadstring", given, 1);
        }
        try {
            String source = name == null ? text.tojstring() : name;
            return new LuaClosure(Compiler.prototype(Values.bytes(text), source), environment);
        } catch (ScriptException wrong) {
            return LuaValue.varargsOf(LuaValue.NIL, Values.string(wrong.text()));
        }
    }

    private Varargs pcall(Varargs given) {
        LuaValue function = Values.any("pcall", given, 1);
        watch.enter();
        try {
            return LuaValue.varargsOf(LuaValue.TRUE, function.invoke(given.subargs(2)));
        } catch (LuaError failed) {
            LuaValue thrown = Failures.value(failed);
            LuaValue text = thrown instanceof LuaTable table ? table.rawget(RedisLibrary.ERR) : LuaValue.NIL;
            return LuaValue.varargsOf(LuaValue.FALSE, text.type() == LuaValue.TSTRING ? text : thrown);
        } catch (StackOverflowError deep) {
            return LuaValue.varargsOf(LuaValue.FALSE, LuaValue.valueOf("stack overflow"));
        } finally {
            watch.leave();
        }
    }

    private Varargs xpcall(Varargs given) {
        LuaValue function = Values.any("xpcall", given, 1);
        LuaValue handler = Values.any("xpcall", given, 2);
        watch.enter();
        try {
            return LuaValue.varargsOf(LuaValue.TRUE, function.invoke());
        } catch (LuaError failed) {
            return LuaValue.varargsOf(LuaValue.FALSE, handler.invoke(Failures.value(failed)));
        } catch (StackOverflowError deep) {
            return LuaValue.varargsOf(LuaValue.FALSE, handler.invoke(LuaValue.valueOf("stack overflow")));
        } finally {
            watch.leave();
        }
    }

    private static Varargs rawset(Varargs given) {
        LuaTable table = Values.table("rawset", given, 1);
        if (table instanceof Environment || (table instanceof Library library && library.isFrozen())) {
            throw new ScriptError("Attempt to modify a readonly table");
        }
        table.rawset(given.arg(2), Values.any("rawset", given, 3));
        return table;
    }

    private static Varargs select(Varargs given) {
        if (given.arg1().type() == LuaValue.TSTRING && given.arg1().tojstring().equals("#")) {
            return LuaValue.valueOf(given.narg() - 1);
        }
        int index = (int) Values.number("select", given, 1);
        int count = given.narg() - 1;
        if (index < 0) {
            index = count + index + 1;
        }
        if (index < 1) {
            throw Values.bad("select", 1, "index out of range");
        }
        return index > count ? LuaValue.NONE : given.subargs(index + 1);
    }

    private static Varargs tonumber(Varargs given) {
        int base = (int) Values.number("tonumber", given, 2, 10);
        LuaValue value = Values.any("tonumber", given, 1);
        if (base == 10) {
            return Values.converted(value);
        }
        if (base < 2 || base > 36) {
            throw Values.bad("tonumber", 2, "base out of range");
        }
        return Values.string("tonumber", given, 1).tonumber(base);
    }

    static LuaValue tostring(LuaValue value) {
        LuaValue own = value.metatag(TO_STRING);
        if (!own.isnil()) {
            return own.call(value);
        }
        if (value.type() == LuaValue.TNUMBER || value.type() == LuaValue.TSTRING) {
            return Values.text(value);
        }
        return switch (value.type()) {
            case LuaValue.TUSERDATA -> LuaValue.valueOf("userdata: (nil)");
            case LuaValue.TTABLE, LuaValue.TFUNCTION ->
                LuaValue.valueOf(value.typename() + ": 0x" + String.format("%012x", System.identityHashCode(value)));
            default -> LuaValue.valueOf(value.tojstring());
        };
    }

    private static Varargs unpack(Varargs given) {
        LuaTable table = Values.table("unpack", given, 1);
        double from = Values.number("unpack", given, 2, 1);
        double to = given.arg(3).isnil() ? table.length() : Values.number("unpack", given, 3);
        if (from > to) {
            return LuaValue.NONE;
        }
        if (to - from >= MOST_UNPACKED) {
            throw new LuaError("too many results to unpack");
        }
        LuaValue[] all = new LuaValue[(int) (to - from) + 1];
        for (int i = 0; i < all.length; i++) {
            all[i] = table.get((int) from + i);
        }
        return LuaValue.varargsOf(all);
    }
}
