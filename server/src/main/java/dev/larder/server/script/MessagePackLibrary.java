package dev.larder.server.script;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** The library {@code cmsgpack}. */
final class MessagePackLibrary {
    private static final int MOST_NESTED = 16;

    private MessagePackLibrary() {}

    static Library of() {
        Library library = new Library()
                .with("pack", MessagePackLibrary::pack)
                .with("unpack", given -> unpack("unpack", given, 0, 0, false))
                .with(
                        "unpack_one",
                        given -> unpack("unpack_one", given, 1, (long) Values.number("unpack_one", given, 2, 0), true))
                .with(
                        "unpack_limit",
                        given -> unpack(
                                "unpack_limit",
                                given,
                                (long) Values.number("unpack_limit", given, 2),
                                (long) Values.number("unpack_limit", given, 3, 0),
                                true));
        library.set(LuaValue.valueOf("_NAME"), LuaValue.valueOf("cmsgpack"));
        library.set(LuaValue.valueOf("_VERSION"), LuaValue.valueOf("lua-cmsgpack 0.4.0"));
        library.set(LuaValue.valueOf("_DESCRIPTION"), LuaValue.valueOf("MessagePack C implementation for Lua"));
        return library.freeze();
    }

    private static Varargs pack(Varargs given) {
        if (given.narg() == 0) {
            throw Values.bad("pack", 0, "MessagePack pack needs input.");
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 1; i <= given.narg(); i++) {
            write(given.arg(i), out, 0);
        }
        byte[] all = out.toByteArray();
        return LuaString.valueUsing(all, 0, all.length);
    }

    private static void write(LuaValue value, ByteArrayOutputStream out, int depth) {
        switch (value.type()) {
            case LuaValue.TSTRING -> {
                LuaString text = (LuaString) value;
                head(out, text.m_length, new int[] {0xA0, 32, 0xD9, 0xDA, 0xDB});
                out.write(text.m_bytes, text.m_offset, text.m_length);
            }
            case LuaValue.TNUMBER -> number(value.todouble(), out);
            case LuaValue.TBOOLEAN -> out.write(value.toboolean() ? 0xC3 : 0xC2);
            case LuaValue.TTABLE -> table((LuaTable) value, out, depth);
            default -> out.write(0xC0);
        }
        Values.checkLength(out.size());
    }

    /** @param marks for a few, how many those are, for a byte's worth (0 for none), for two bytes, for four */
    private static void head(ByteArrayOutputStream out, int count, int[] marks) {
        if (count < marks[1]) {
            out.write(marks[0] | count);
        } else if (count <= 0xFF && marks[2] != 0) {
            out.write(marks[2]);
            out.write(count);
        } else if (count <= 0xFFFF) {
            out.write(marks[3]);
            bytes(out, count, 2);
        } else {
            out.write(marks[4]);
            bytes(out, count, 4);
        }
    }

    private static void bytes(ByteArrayOutputStream out, long bits, int count) {
        for (int i = count - 1; i >= 0; i--) {
            out.write((int) (bits >>> (8 * i)));
        }
    }

    private static void number(double number, ByteArrayOutputStream out) {
        if (number != Math.rint(number) || Math.abs(number) >= 0x1p63) {
            if (number == (float) number || Double.isNaN(number)) {
                out.write(0xCA);
                bytes(out, Float.floatToRawIntBits((float) number), 4);
            } else {
                out.write(0xCB);
                bytes(out, Double.doubleToRawLongBits(number), 8);
            }
            return;
        }
        long whole = (long) number;
        if (whole >= 0) {
            if (whole <= 0x7F) {
                out.write((int) whole);
            } else {
                sized(out, whole, whole <= 0xFF ? 0 : whole <= 0xFFFF ? 1 : whole <= 0xFFFFFFFFL ? 2 : 3, 0xCC);
            }
        } else if (whole >= -32) {
            out.write((int) whole);
        } else {
            int size = whole >= Byte.MIN_VALUE ? 0 : whole >= Short.MIN_VALUE ? 1 : whole >= Integer.MIN_VALUE ? 2 : 3;
            sized(out, whole, size, 0xD0);
        }
    }

    private static void sized(ByteArrayOutputStream out, long bits, int size, int mark) {
        out.write(mark + size);
        bytes(out, bits, 1 << size);
    }

    private static void table(LuaTable table, ByteArrayOutputStream out, int depth) {
        if (depth == MOST_NESTED) {
            out.write(0xC0);
            return;
        }
        int count = 0;
        double most = 0;
        boolean isArray = true;
        for (Varargs next = table.next(LuaValue.NIL); !next.isnil(1); next = table.next(next.arg1())) {
            LuaValue key = next.arg1();
            double number = key.type() == LuaValue.TNUMBER ? key.todouble() : 0;
            isArray &= number >= 1 && number == Math.rint(number);
            most = Math.max(most, number);
            count++;
        }
        if (isArray && most == count) {
            head(out, count, new int[] {0x90, 16, 0, 0xDC, 0xDD});
            for (int i = 1; i <= count; i++) {
                write(table.rawget(i), out, depth + 1);
            }
            return;
        }
        head(out, count, new int[] {0x80, 16, 0, 0xDE, 0xDF});
        for (Varargs next = table.next(LuaValue.NIL); !next.isnil(1); next = table.next(next.arg1())) {
            write(next.arg1(), out, depth + 1);
            write(next.arg(2), out, depth + 1);
        }
    }

    private static Varargs unpack(String function, Varargs given, long limit, long offset, boolean tells) {
        LuaString data = Values.string(function, given, 1);
        if (offset < 0 || limit < 0) {
            throw new LuaError(
                    "Invalid request to unpack with offset of " + offset + " and limit of " + data.m_length + ".");
        }
        if (offset > data.m_length) {
            throw new LuaError("Start offset " + offset + " greater than input length " + data.m_length + ".");
        }
        Reader reader = new Reader(data, (int) offset);
        List<LuaValue> all = new ArrayList<>();
        while (reader.at < data.m_length && (limit == 0 || all.size() < limit)) {
            all.add(reader.read(0));
        }
        if (tells) {
            all.add(0, LuaValue.valueOf(reader.at == data.m_length ? -1 : reader.at));
        }
        return LuaValue.varargsOf(all.toArray(LuaValue[]::new));
    }

    /** Steps through packed data. */
    private static final class Reader {
        private static final int MOST_DEPTH = 200;

        private final LuaString data;
        private int at;

        Reader(LuaString data, int at) {
            this.data = data;
            this.at = at;
        }

        private long bits(int count) {
            need(count);
            long bits = 0;
            for (int i = 0; i < count; i++) {
                bits = bits << 8 | data.luaByte(at++);
            }
            return bits;
        }

        private void need(long count) {
            if (data.m_length - at < count) {
                throw new LuaError("Missing bytes in input.");
            }
        }

        private LuaValue read(int depth) {
            if (depth > MOST_DEPTH) {
                throw new LuaError("Bad data format in input.");
            }
            int mark = (int) bits(1);
            if (mark < 0x80 || mark >= 0xE0) {
                return LuaValue.valueOf((byte) mark);
            }
            if (mark < 0x90) {
                return map(mark & 15, depth);
            }
            if (mark < 0xA0) {
                return array(mark & 15, depth);
            }
            if (mark < 0xC0) {
                return text(mark & 31);
            }
            return switch (mark) {
                case 0xC0 -> LuaValue.NIL;
                case 0xC2 -> LuaValue.FALSE;
                case 0xC3 -> LuaValue.TRUE;
                case 0xC4, 0xD9 -> text(bits(1));
                case 0xC5, 0xDA -> text(bits(2));
                case 0xC6, 0xDB -> text(bits(4));
                case 0xCA -> LuaValue.valueOf((double) Float.intBitsToFloat((int) bits(4)));
                case 0xCB -> LuaValue.valueOf(Double.longBitsToDouble(bits(8)));
                case 0xCC, 0xCD, 0xCE -> LuaValue.valueOf((double) bits(1 << (mark - 0xCC)));
                case 0xCF -> {
                    long bits = bits(8);
                    yield LuaValue.valueOf(bits >= 0 ? (double) bits : bits + 0x1p64);
                }
                case 0xD0 -> LuaValue.valueOf((byte) bits(1));
                case 0xD1 -> LuaValue.valueOf((short) bits(2));
                case 0xD2 -> LuaValue.valueOf((int) bits(4));
                case 0xD3 -> LuaValue.valueOf((double) bits(8));
                case 0xDC -> array(bits(2), depth);
                case 0xDD -> array(bits(4), depth);
                case 0xDE -> map(bits(2), depth);
                case 0xDF -> map(bits(4), depth);
                default -> throw new LuaError("Bad data format in input.");
            };
        }

        private LuaValue text(long count) {
            need(count);
            LuaString text = data.substring(at, at + (int) count);
            at += (int) count;
            return text;
        }

        private LuaValue array(long count, int depth) {
            need(count);
            LuaTable table = new LuaTable();
            for (int i = 1; i <= count; i++) {
                table.rawset(i, read(depth + 1));
            }
            return table;
        }

        private LuaValue map(long count, int depth) {
            need(2 * count);
            LuaTable table = new LuaTable();
            for (long i = 0; i < count; i++) {
                LuaValue key = read(depth + 1);
                LuaValue value = read(depth + 1);
                if (key.isnil()) {
                    throw new LuaError("Bad data format in input.");
                }
                table.rawset(key, value);
            }
            return table;
        }
    }
}
