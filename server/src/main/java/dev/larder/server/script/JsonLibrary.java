package dev.larder.server.script;

import java.io.ByteArrayOutputStream;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaUserdata;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** The library {@code cjson}, with the standard settings of lua-cjson. */
final class JsonLibrary {
    /** JSON's null, where nil would be no element at all. */
    static final LuaValue NULL = new LuaUserdata("(nil)");

    private static final int MOST_DEPTH = 1_000;
    private static final int SAFE_LENGTH = 10;
    private static final int MOST_SPARSE = 2;

    private JsonLibrary() {}

    static Library of() {
        Library library = new Library()
                .with("encode", JsonLibrary::encode)
                .with("decode", given -> new JsonReader(Values.string("decode", given, 1)).read());
        library.set(LuaValue.valueOf("null"), NULL);
        library.set(LuaValue.valueOf("_NAME"), LuaValue.valueOf("cjson"));
        library.set(LuaValue.valueOf("_VERSION"), LuaValue.valueOf("2.1.0"));
        for (String setting : new String[] {
            "decode_invalid_numbers",
            "decode_max_depth",
            "encode_invalid_numbers",
            "encode_keep_buffer",
            "encode_max_depth",
            "encode_number_precision",
            "encode_sparse_array"
        }) {
            library.with(setting, given -> {
                throw new LuaError("cjson." + setting + " is not supported: scripts share the standard settings");
            });
        }
        return library.freeze();
    }

    private static Varargs encode(Varargs given) {
        if (given.narg() != 1) {
            throw Values.bad("encode", 1, "expected 1 argument");
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write(given.arg1(), out, 0);
        byte[] all = out.toByteArray();
        return LuaString.valueUsing(all, 0, all.length);
    }

    private static void write(LuaValue value, ByteArrayOutputStream out, int depth) {
        switch (value.type()) {
            case LuaValue.TSTRING -> text((LuaString) value, out);
            case LuaValue.TNUMBER -> number(value, out);
            case LuaValue.TBOOLEAN -> out.writeBytes(Values.latin(value.toboolean() ? "true" : "false"));
            case LuaValue.TNIL -> out.writeBytes(Values.latin("null"));
            case LuaValue.TTABLE -> table((LuaTable) value, out, depth + 1);
            default -> {
                if (!value.equals(NULL)) {
                    throw new LuaError("Cannot serialise " + value.typename() + ": type not supported");
                }
                out.writeBytes(Values.latin("null"));
            }
        }
        Values.checkLength(out.size());
    }

    private static void number(LuaValue value, ByteArrayOutputStream out) {
        double number = value.todouble();
        if (!Double.isFinite(number)) {
            throw new LuaError("Cannot serialise number: must not be NaN or Inf");
        }
        out.writeBytes(Values.latin(Digits.lua(number)));
    }

    private static void text(LuaString text, ByteArrayOutputStream out) {
        out.write('"');
        for (int i = 0; i < text.m_length; i++) {
            int each = text.luaByte(i);
            switch (each) {
                case '"' -> out.writeBytes(Values.latin("\\\""));
                case '\\' -> out.writeBytes(Values.latin("\\\\"));
                case '/' -> out.writeBytes(Values.latin("\\/"));
                case '\b' -> out.writeBytes(Values.latin("\\b"));
                case '\t' -> out.writeBytes(Values.latin("\\t"));
                case '\n' -> out.writeBytes(Values.latin("\\n"));
                case '\f' -> out.writeBytes(Values.latin("\\f"));
                case '\r' -> out.writeBytes(Values.latin("\\r"));
                default -> {
                    if (each < ' ' || each == 0x7F) {
                        out.writeBytes(Values.latin(String.format("\\u%04x", each)));
                    } else {
                        out.write(each);
                    }
                }
            }
        }
        out.write('"');
    }

    private static void table(LuaTable table, ByteArrayOutputStream out, int depth) {
        if (depth > MOST_DEPTH) {
            throw new LuaError("Cannot serialise, excessive depth (" + depth + ")");
        }
        int length = length(table);
        if (length > 0) {
            out.write('[');
            for (int i = 1; i <= length; i++) {
                if (i > 1) {
                    out.write(',');
                }
                write(table.rawget(i), out, depth);
            }
            out.write(']');
            return;
        }
        out.write('{');
        boolean isFirst = true;
        for (Varargs next = table.next(LuaValue.NIL); !next.isnil(1); next = table.next(next.arg1())) {
            if (!isFirst) {
                out.write(',');
            }
            isFirst = false;
            LuaValue key = next.arg1();
            if (key.type() == LuaValue.TNUMBER) {
                out.write('"');
                number(key, out);
                out.write('"');
            } else if (key.type() == LuaValue.TSTRING) {
                text((LuaString) key, out);
            } else {
                throw new LuaError("Cannot serialise table: table key must be a number or string");
            }
            out.write(':');
            write(next.arg(2), out, depth);
        }
        out.write('}');
    }

    /** The length as an array; 0 or less where it is none. */
    private static int length(LuaTable table) {
        double most = 0;
        int count = 0;
        for (Varargs next = table.next(LuaValue.NIL); !next.isnil(1); next = table.next(next.arg1())) {
            double key = next.arg1().type() == LuaValue.TNUMBER ? next.arg1().todouble() : 0;
            if (key < 1 || key != Math.rint(key)) {
                return -1;
            }
            most = Math.max(most, key);
            count++;
        }
        if (most > (double) count * MOST_SPARSE && most > SAFE_LENGTH) {
            throw new LuaError("Cannot serialise table: excessively sparse array");
        }
        return (int) most;
    }
}
