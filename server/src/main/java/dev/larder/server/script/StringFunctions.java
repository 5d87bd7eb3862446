package dev.larder.server.script;

import java.io.ByteArrayOutputStream;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;
import org.luaj.vm2.lib.StringLib;

/**
 * The library {@code string}: patterns by the interpreter, all that makes long strings or shows numbers by ourselves. All
 * strings of all scripts share it, so it can never be changed.
 */
final class StringFunctions {
    private static final String[] KEPT = {
        "byte", "char", "find", "gmatch", "gsub", "len", "lower", "match", "reverse", "sub", "upper"
    };
    private static final Library STRING = library();

    private StringFunctions() {}

    static Library of() {
        return STRING;
    }

    private static Library library() {
        LuaTable scratch = Interpreter.scratch();
        scratch.load(new StringLib());
        LuaTable all = (LuaTable) scratch.get("string");
        Library library = new Library();
        for (String name : KEPT) {
            LuaValue own = all.get(name);
            boolean isByPattern = name.equals("find") || name.equals("match") || name.startsWith("g");
            library.with(name, given -> {
                if (!name.equals("char")) {
                    Values.string(name, given, 1);
                }
                if (isByPattern) {
                    Values.string(name, given, 2);
                }
                return own.invoke(withText(given));
            });
        }
        library.with("format", StringFunctions::format);
        library.with("rep", StringFunctions::repeat);
        library.set("gfind", library.get("gmatch"));
        library.freeze();
        Library metatable = new Library();
        metatable.set(LuaValue.INDEX, library);
        LuaString.s_metatable = metatable.freeze();
        return library;
    }

    /** Numbers where text is wanted become text first, in Lua's way. */
    private static Varargs withText(Varargs given) {
        if (given.arg1().type() != LuaValue.TNUMBER) {
            return given;
        }
        LuaValue first = given.arg1();
        return given.narg() == 1 && first.isint() ? given : LuaValue.varargsOf(Values.text(first), given.subargs(2));
    }

    private static Varargs repeat(Varargs given) {
        LuaString text = Values.string("rep", given, 1);
        double times = Math.max(0, Math.floor(Values.number("rep", given, 2)));
        double bytes = text.m_length * times;
        if (bytes > Values.MOST_BYTES) {
            Values.checkLength((long) bytes);
        }
        byte[] all = new byte[(int) bytes];
        for (int at = 0; at < all.length; at += text.m_length) {
            System.arraycopy(text.m_bytes, text.m_offset, all, at, text.m_length);
        }
        return LuaString.valueUsing(all, 0, all.length);
    }

    private static Varargs format(Varargs given) {
        LuaString format = Values.string("format", given, 1);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int argument = 1;
        for (int at = 0; at < format.m_length; at++) {
            int each = format.luaByte(at);
            if (each != '%') {
                out.write(each);
                continue;
            }
            if (++at >= format.m_length) {
                throw new LuaError("invalid option '%' to 'format'");
            }
            if (format.luaByte(at) == '%') {
                out.write('%');
                continue;
            }
            Conversion conversion = new Conversion(format, at);
            at = conversion.end();
            conversion.write(given, ++argument, out);
            Values.checkLength(out.size());
        }
        byte[] all = out.toByteArray();
        return LuaString.valueUsing(all, 0, all.length);
    }
}
