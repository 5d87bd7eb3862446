package dev.larder.server.script;

import dev.larder.protocol.resp.Arguments;
import dev.larder.protocol.resp.ReplyWriter;
import org.luaj.vm2.LuaClosure;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;
import org.luaj.vm2.lib.VarArgFunction;

/**
 * Runs programs, one after another, for one thread. Nothing is left of one when the next begins: what scripts share, the
 * libraries, cannot be changed. The interpreter of Lua is LuaJ; docs/decisions/0028 says why and how it is fenced in.
 */
public final class Interpreter {
    private final Watch watch = new Watch();
    private final MathFunctions math = new MathFunctions();
    private final RedisLibrary redis = new RedisLibrary(watch);
    private final Environment environment = new Environment();

    /**
     * What a script is called with.
     *
     * @param arguments words, true while it runs
     * @param firstKey the place of the first key; what is behind the keys is {@code ARGV}
     */
    public record Given(Arguments arguments, int firstKey, int keys) {}

    /** @param version what scripts find in {@code redis.REDIS_VERSION} */
    public Interpreter(String version) {
        BaseFunctions.addTo(environment, watch);
        add("string", StringFunctions.of());
        add("table", TableFunctions.of(watch));
        add("math", math.library());
        add("bit", BitLibrary.of());
        add("struct", StructLibrary.of());
        add("cjson", JsonLibrary.of());
        add("cmsgpack", MessagePackLibrary.of());
        add("redis", redis.library(version));
        environment.freeze();
        environment.debuglib = watch;
        environment.running.errorfunc = new VarArgFunction() {
            @Override
            public Varargs invoke(Varargs given) {
                return watch.failed(given.arg1());
            }
        };
    }

    private void add(String name, LuaTable library) {
        environment.set(LuaValue.valueOf(name), library);
    }

    /** A table in which the interpreter's own libraries find what they look for. */
    static LuaTable scratch() {
        LuaTable scratch = new LuaTable();
        LuaTable packages = new LuaTable();
        packages.set("loaded", new LuaTable());
        scratch.set("package", packages);
        return scratch;
    }

    /**
     * Runs a program and writes its reply, or that of its error.
     *
     * <p>What {@code host} throws as an {@link Error} ends the script, whatever that would catch, and comes out of here; the
     * reply is not written then.
     */
    public void run(Program program, Given given, Host host, ReplyWriter out) {
        int start = out.sink().length();
        watch.begin(host);
        redis.begin();
        environment.given(
                table(given.arguments(), given.firstKey(), given.keys()),
                table(
                        given.arguments(),
                        given.firstKey() + given.keys(),
                        given.arguments().count() - given.firstKey() - given.keys()));
        try {
            Varargs result = new LuaClosure(program.prototype(), environment).invoke();
            Replies.write(result.arg1(), out, redis.isThree());
        } catch (LuaError failed) {
            out.takeBack(start);
            out.error(text(failed) + where(program));
        } catch (StackOverflowError deep) {
            out.takeBack(start);
            out.error("ERR stack overflow" + where(program));
        } catch (OutOfMemoryError | Memory.OutOfMemory full) {
            out.takeBack(start);
            out.error("OOM the script filled the heap and was ended" + where(program));
        } finally {
            watch.end();
            environment.given(new LuaTable(), new LuaTable());
        }
    }

    private static LuaTable table(Arguments arguments, int from, int count) {
        LuaTable table = new LuaTable(count, 0);
        for (int i = 0; i < count; i++) {
            byte[] bytes = arguments.copy(from + i);
            table.rawset(i + 1, LuaString.valueUsing(bytes, 0, bytes.length));
        }
        return table;
    }

    private String text(LuaError failed) {
        LuaValue thrown = failed instanceof ScriptError own ? own.value() : LuaValue.NIL;
        if (thrown instanceof LuaTable table) {
            LuaValue text = table.rawget(RedisLibrary.ERR);
            return text.type() == LuaValue.TSTRING ? Values.text((LuaString) text) : "ERR unknown error";
        }
        if (thrown.type() == LuaValue.TSTRING || thrown.type() == LuaValue.TNUMBER) {
            return "ERR " + Values.text(Values.text(thrown));
        }
        return failed instanceof ScriptError
                ? "ERR unknown error"
                : "ERR " + watch.outermost(String.valueOf(failed.getMessage()));
    }

    private String where(Program program) {
        return " script: " + program.sha() + ", on @user_script:" + watch.line() + ".";
    }
}
