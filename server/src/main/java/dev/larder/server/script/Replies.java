package dev.larder.server.script;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.protocol.bytes.ByteSink;
import dev.larder.protocol.resp.ReplyWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** From replies to values and from values to replies, by Redis's rules. Confined to one thread. */
final class Replies {
    private static final LuaValue DOUBLE = LuaValue.valueOf("double");
    private static final LuaValue MAP = LuaValue.valueOf("map");
    private static final LuaValue SET = LuaValue.valueOf("set");
    private static final LuaValue BIG_NUMBER = LuaValue.valueOf("big_number");
    private static final LuaValue VERBATIM = LuaValue.valueOf("verbatim_string");
    private static final LuaValue STRING = LuaValue.valueOf("string");
    private static final LuaValue FORMAT = LuaValue.valueOf("format");
    private static final int MOST_DEPTH = 200;
    private static final double TWO_63 = 0x1p63;

    private byte[] bytes = {};
    private int at;
    private int lineStart;
    private int lineEnd;

    /** The value that a reply is to a script. */
    LuaValue value(ByteSink reply) {
        bytes = reply.array();
        at = 0;
        return next();
    }

    private LuaValue next() {
        int mark = bytes[at];
        lineStart = at + 1;
        while (bytes[at] != '\r') {
            at++;
        }
        lineEnd = at;
        at += 2;
        return switch (mark) {
            case ':' -> number(integer());
            case '$' -> bulk((int) integer());
            case '+' -> field(RedisLibrary.OK, line());
            case '-' -> field(RedisLibrary.ERR, line());
            case '*' -> array((int) integer());
            case '_' -> LuaValue.NIL;
            case '#' -> LuaValue.valueOf(bytes[lineStart] == 't');
            case ',' -> field(DOUBLE, LuaValue.valueOf(real()));
            case '(' -> field(BIG_NUMBER, line());
            case '%' -> field(MAP, pairs((int) integer()));
            case '~' -> field(SET, members((int) integer()));
            case '=' -> verbatim((int) integer());
            case '|' -> {
                pairs((int) integer());
                yield next();
            }
            default -> throw new IllegalStateException("no reply begins with " + (char) mark);
        };
    }

    private long integer() {
        return Ascii.toLong(bytes, lineStart, lineEnd - lineStart);
    }

    private double real() {
        String text = new String(bytes, lineStart, lineEnd - lineStart, StandardCharsets.US_ASCII);
        return switch (text) {
            case "inf" -> Double.POSITIVE_INFINITY;
            case "-inf" -> Double.NEGATIVE_INFINITY;
            case "nan" -> Double.NaN;
            default -> Double.parseDouble(text);
        };
    }

    private static LuaValue number(long number) {
        return LuaValue.valueOf((double) number);
    }

    private LuaString line() {
        return string(lineStart, lineEnd - lineStart);
    }

    private LuaString string(int from, int length) {
        return LuaString.valueUsing(Arrays.copyOfRange(bytes, from, from + length), 0, length);
    }

    private LuaValue bulk(int length) {
        if (length < 0) {
            return LuaValue.FALSE;
        }
        LuaString text = string(at, length);
        at += length + 2;
        return text;
    }

    private static LuaTable field(LuaValue key, LuaValue value) {
        LuaTable table = new LuaTable();
        table.set(key, value);
        return table;
    }

    private LuaValue array(int count) {
        if (count < 0) {
            return LuaValue.FALSE;
        }
        LuaTable table = new LuaTable(count, 0);
        for (int i = 1; i <= count; i++) {
            table.rawset(i, next());
        }
        return table;
    }

    private LuaTable pairs(int count) {
        LuaTable table = new LuaTable();
        for (int i = 0; i < count; i++) {
            LuaValue key = next();
            LuaValue value = next();
            if (!key.isnil()) {
                table.rawset(key, value);
            }
        }
        return table;
    }

    private LuaTable members(int count) {
        LuaTable table = new LuaTable();
        for (int i = 0; i < count; i++) {
            LuaValue member = next();
            if (!member.isnil()) {
                table.rawset(member, LuaValue.TRUE);
            }
        }
        return table;
    }

    private LuaValue verbatim(int length) {
        LuaTable text = new LuaTable();
        text.set(FORMAT, string(at, 3));
        text.set(STRING, string(at + 4, length - 4));
        at += length + 2;
        return field(VERBATIM, text);
    }

    // Values.

    /** Writes the reply that a value is. */
    static void write(LuaValue value, ReplyWriter out, boolean isThree) {
        write(value, out, isThree, 0);
    }

    private static void write(LuaValue value, ReplyWriter out, boolean isThree, int depth) {
        if (depth > MOST_DEPTH) {
            out.error("ERR reached lua stack limit");
            return;
        }
        switch (value.type()) {
            case LuaValue.TSTRING -> {
                LuaString text = (LuaString) value;
                out.bulk(text.m_bytes, text.m_offset, text.m_length);
            }
            case LuaValue.TNUMBER -> out.integer(whole(value.todouble()));
            case LuaValue.TBOOLEAN -> {
                if (isThree) {
                    out.bool(value.toboolean());
                } else if (value.toboolean()) {
                    out.integer(1);
                } else {
                    out.nil();
                }
            }
            case LuaValue.TTABLE -> table((LuaTable) value, out, isThree, depth);
            default -> out.nil();
        }
    }

    /** What C makes of a number that has no place among 64 bits on most machines. */
    private static long whole(double number) {
        return number >= -TWO_63 && number < TWO_63 ? (long) number : Long.MIN_VALUE;
    }

    private static void table(LuaTable table, ReplyWriter out, boolean isThree, int depth) {
        LuaValue error = table.rawget(RedisLibrary.ERR);
        LuaValue status = table.rawget(RedisLibrary.OK);
        LuaValue real = table.rawget(DOUBLE);
        LuaValue big = table.rawget(BIG_NUMBER);
        if (error.type() == LuaValue.TSTRING) {
            out.error(Values.text((LuaString) error));
        } else if (status.type() == LuaValue.TSTRING) {
            out.simple(Values.text((LuaString) status));
        } else if (real.type() == LuaValue.TNUMBER) {
            out.real(real.todouble());
        } else if (table.rawget(MAP) instanceof LuaTable map) {
            int opened = out.open();
            int count = 0;
            for (Varargs next = map.next(LuaValue.NIL); !next.isnil(1); next = map.next(next.arg1())) {
                write(next.arg1(), out, isThree, depth + 1);
                write(next.arg(2), out, isThree, depth + 1);
                count++;
            }
            out.close(opened, ReplyWriter.Aggregate.MAP, count);
        } else if (table.rawget(SET) instanceof LuaTable set) {
            int opened = out.open();
            int count = 0;
            for (Varargs next = set.next(LuaValue.NIL); !next.isnil(1); next = set.next(next.arg1())) {
                write(next.arg1(), out, isThree, depth + 1);
                count++;
            }
            out.close(opened, ReplyWriter.Aggregate.SET, count);
        } else if (big.type() == LuaValue.TSTRING) {
            out.bigNumber(Values.text((LuaString) big).replace('\r', ' ').replace('\n', ' '));
        } else if (table.rawget(VERBATIM) instanceof LuaTable verbatim
                && verbatim.rawget(FORMAT).type() == LuaValue.TSTRING
                && verbatim.rawget(STRING).type() == LuaValue.TSTRING) {
            String format = (Values.text((LuaString) verbatim.rawget(FORMAT)) + "   ").substring(0, 3);
            out.verbatim(format, Values.text((LuaString) verbatim.rawget(STRING)));
        } else {
            array(table, out, isThree, depth);
        }
    }

    private static void array(LuaTable table, ReplyWriter out, boolean isThree, int depth) {
        int opened = out.open();
        int count = 0;
        for (LuaValue next = table.rawget(1); !next.isnil(); next = table.rawget(++count + 1)) {
            write(next, out, isThree, depth + 1);
        }
        out.close(opened, ReplyWriter.Aggregate.ARRAY, count);
    }
}
