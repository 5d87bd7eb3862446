package dev.larder.server.script;

import org.jspecify.annotations.Nullable;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** The table {@code redis}. Confined to one thread. */
final class RedisLibrary {
    static final LuaValue ERR = LuaValue.valueOf("err");
    static final LuaValue OK = LuaValue.valueOf("ok");
    private static final LuaValue IGNORE = LuaValue.valueOf("ignore_error_stats_update");
    private static final String WORDS = "ERR Lua redis lib command arguments must be strings or integers";
    private static final String[] LEVELS = {"LOG_DEBUG", "LOG_VERBOSE", "LOG_NOTICE", "LOG_WARNING"};

    private final Watch watch;
    private final Words words = new Words();
    private final Replies replies = new Replies();
    private boolean isThree;

    RedisLibrary(Watch watch) {
        this.watch = watch;
    }

    void begin() {
        isThree = false;
    }

    /** Whether the script asked for replies in RESP3. */
    boolean isThree() {
        return isThree;
    }

    Library library(String version) {
        Library library = new Library()
                .with("call", given -> call(given, true))
                .with("pcall", given -> call(given, false))
                .with("error_reply", given -> reply(given, ERR))
                .with("status_reply", given -> reply(given, OK))
                .with("sha1hex", RedisLibrary::sha1)
                .with("log", this::log)
                .with("setresp", this::setresp)
                .with("replicate_commands", given -> LuaValue.TRUE)
                .with("set_repl", RedisLibrary::setRepl)
                .with("breakpoint", given -> LuaValue.FALSE)
                .with("debug", given -> LuaValue.NONE)
                .with("acl_check_cmd", this::mayCall);
        LuaTable table = library;
        for (int i = 0; i < LEVELS.length; i++) {
            table.set(LEVELS[i], LuaValue.valueOf(i));
        }
        table.set("REPL_NONE", LuaValue.valueOf(0));
        table.set("REPL_AOF", LuaValue.valueOf(1));
        table.set("REPL_SLAVE", LuaValue.valueOf(2));
        table.set("REPL_REPLICA", LuaValue.valueOf(2));
        table.set("REPL_ALL", LuaValue.valueOf(3));
        table.set("REDIS_VERSION", LuaValue.valueOf(version));
        String[] parts = version.split("\\.");
        table.set(
                "REDIS_VERSION_NUM",
                LuaValue.valueOf(Integer.parseInt(parts[0]) << 16
                        | Integer.parseInt(parts[1]) << 8
                        | Integer.parseInt(parts[2])));
        return library.freeze();
    }

    static ScriptError failure(String text) {
        return new ScriptError(table(ERR, Values.string(text)));
    }

    private static LuaTable table(LuaValue key, LuaValue value) {
        LuaTable table = new LuaTable();
        table.set(key, value);
        return table;
    }

    private Varargs call(Varargs given, boolean raises) {
        String wrong = gather(given, "ERR Please specify at least one argument for this redis lib call", WORDS);
        LuaValue reply = wrong == null ? replies.value(watch.host().call(words)) : table(ERR, Values.string(wrong));
        if (reply instanceof LuaTable table && !table.rawget(ERR).isnil()) {
            if (raises) {
                throw new ScriptError(table);
            }
            table.set(IGNORE, LuaValue.TRUE);
        }
        return reply;
    }

    private @Nullable String gather(Varargs given, String none, String wrong) {
        words.clear();
        if (given.narg() == 0) {
            return none;
        }
        for (int i = 1; i <= given.narg(); i++) {
            LuaValue each = given.arg(i);
            if (each.type() == LuaValue.TSTRING) {
                LuaString text = (LuaString) each;
                words.add(text.m_bytes, text.m_offset, text.m_length);
            } else if (each.type() == LuaValue.TNUMBER) {
                byte[] text = Values.latin(Digits.general(each.todouble(), 17, false));
                words.add(text, 0, text.length);
            } else {
                return wrong;
            }
        }
        return null;
    }

    private Varargs mayCall(Varargs given) {
        String wrong = gather(
                given,
                "ERR Please specify at least one argument for this redis.acl_check_cmd() call",
                "ERR redis.acl_check_cmd() command arguments must be strings or integers");
        if (wrong != null) {
            throw failure(wrong);
        }
        Boolean may = watch.host().mayCall(words);
        if (may == null) {
            throw failure("ERR Invalid command passed to redis.acl_check_cmd()");
        }
        return LuaValue.valueOf(may);
    }

    @SuppressWarnings("ReferenceEquality") // the very same constant
    private static Varargs reply(Varargs given, LuaValue field) {
        if (given.narg() != 1 || given.arg1().type() != LuaValue.TSTRING) {
            return table(ERR, Values.string("ERR wrong number or type of arguments"));
        }
        LuaString text = (LuaString) given.arg1();
        if (field == OK) {
            return table(field, text);
        }
        boolean isMarked = text.m_length > 0 && text.luaByte(0) == '-';
        String message = Values.text(isMarked ? text.substring(1, text.m_length) : text);
        return table(field, Values.string(message.indexOf(' ') < 0 ? "ERR " + message : message));
    }

    private static Varargs sha1(Varargs given) {
        if (given.narg() != 1) {
            throw failure("ERR wrong number of arguments");
        }
        LuaValue text = given.arg1();
        boolean isText = text.type() == LuaValue.TSTRING || text.type() == LuaValue.TNUMBER;
        return LuaValue.valueOf(Compiler.sha(isText ? Values.bytes(Values.text(text)) : new byte[0]));
    }

    private Varargs log(Varargs given) {
        if (given.narg() < 2) {
            throw failure("ERR redis.log() requires two arguments or more.");
        }
        if (given.arg1().type() != LuaValue.TNUMBER) {
            throw failure("ERR First argument must be a number (log level).");
        }
        int level = given.arg1().toint();
        if (level < 0 || level >= LEVELS.length) {
            throw failure("ERR Invalid log level.");
        }
        StringBuilder text = new StringBuilder();
        for (int i = 2; i <= given.narg(); i++) {
            LuaValue each = given.arg(i);
            if (each.type() == LuaValue.TSTRING || each.type() == LuaValue.TNUMBER) {
                text.append(text.isEmpty() ? "" : " ").append(Values.text(Values.text(each)));
            }
        }
        watch.host().log(level, text.toString());
        return LuaValue.NONE;
    }

    private Varargs setresp(Varargs given) {
        if (given.narg() != 1) {
            throw failure("ERR redis.setresp() requires one argument.");
        }
        double version = given.arg1().type() == LuaValue.TNUMBER ? given.arg1().todouble() : 0;
        if (version != 2 && version != 3) {
            throw failure("ERR RESP version must be 2 or 3.");
        }
        isThree = version == 3;
        watch.host().three(isThree);
        return LuaValue.NONE;
    }

    private static Varargs setRepl(Varargs given) {
        if (given.narg() != 1) {
            throw failure("ERR redis.set_repl() requires one argument.");
        }
        double flags = given.arg1().todouble();
        if (flags < 0 || flags > 3) {
            throw failure("ERR Invalid replication flags. Please use REPL_AOF, REPL_REPLICA, REPL_ALL or REPL_NONE.");
        }
        return LuaValue.NONE;
    }
}
