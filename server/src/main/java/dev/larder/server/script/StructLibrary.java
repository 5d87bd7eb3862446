package dev.larder.server.script;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** The library {@code struct}: values in C's binary layouts. */
final class StructLibrary {
    private static final int MOST_INTEGER_BYTES = 32;
    private static final int NATIVE_ALIGNMENT = 8;
    /** Behind every string, and far from where adding to it goes wrong. */
    private static final double FARTHEST = 0x1p32;

    private StructLibrary() {}

    static Library of() {
        return new Library()
                .with("pack", StructLibrary::pack)
                .with("unpack", StructLibrary::unpack)
                .with("size", StructLibrary::size)
                .freeze();
    }

    /** Steps through a format. */
    private static final class Format {
        private final String function;
        private final LuaString text;
        private int at;
        private boolean isLittle = true;
        private int alignment = 1;
        private int kind;
        private int bytes;

        Format(String function, Varargs given) {
            this.function = function;
            this.text = Values.string(function, given, 1);
        }

        /** Goes to the next item that stands for bytes; whether there is one. */
        boolean next() {
            while (at < text.m_length) {
                kind = text.luaByte(at++);
                bytes = switch (kind) {
                    case 'b', 'B', 'x' -> 1;
                    case 'h', 'H' -> 2;
                    case 'l', 'L', 'T', 'd' -> 8;
                    case 'f' -> 4;
                    case 'c' -> number(1);
                    case 'i', 'I' -> integerBytes();
                    case 's' -> 0;
                    default -> {
                        control();
                        yield -1;
                    }
                };
                if (bytes >= 0) {
                    return true;
                }
            }
            return false;
        }

        private int integerBytes() {
            int size = number(4);
            if (size > MOST_INTEGER_BYTES) {
                throw new LuaError("integral size " + size + " is larger than limit of " + MOST_INTEGER_BYTES);
            }
            return size;
        }

        private void control() {
            switch (kind) {
                case ' ' -> {}
                case '>' -> isLittle = false;
                case '<' -> isLittle = true;
                case '!' -> {
                    alignment = number(NATIVE_ALIGNMENT);
                    if (alignment == 0 || (alignment & (alignment - 1)) != 0) {
                        throw new LuaError("alignment is not a power of 2");
                    }
                }
                default -> throw Values.bad(function, 1, "invalid format option '" + (char) kind + "'");
            }
        }

        private int number(int standard) {
            long number = 0;
            int begin = at;
            while (at < text.m_length && text.luaByte(at) >= '0' && text.luaByte(at) <= '9') {
                number = number * 10 + text.luaByte(at++) - '0';
                if (number > Integer.MAX_VALUE) {
                    throw new LuaError("integral size overflow");
                }
            }
            return at == begin ? standard : (int) number;
        }

        int padding(int length) {
            if (bytes == 0 || kind == 'c' || kind == 's') {
                return 0;
            }
            int size = Math.min(bytes, alignment);
            return size > 1 ? (size - (length & (size - 1))) & (size - 1) : 0;
        }
    }

    private static Varargs pack(Varargs given) {
        Format format = new Format("pack", given);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int index = 1;
        while (format.next()) {
            for (int i = format.padding(out.size()); i > 0; i--) {
                out.write(0);
            }
            switch (format.kind) {
                case 'x' -> out.write(0);
                case 'f' ->
                    integer(out, Float.floatToRawIntBits((float) Values.number("pack", given, ++index)), format);
                case 'd' -> integer(out, Double.doubleToRawLongBits(Values.number("pack", given, ++index)), format);
                case 's', 'c' -> text(out, Values.string("pack", given, ++index), format, index);
                default -> integer(out, whole(Values.number("pack", given, ++index)), format);
            }
            Values.checkLength(out.size());
        }
        byte[] all = out.toByteArray();
        return LuaString.valueUsing(all, 0, all.length);
    }

    /** What C's cast to 64 bits gives, for unsigned ones too. */
    private static long whole(double number) {
        return number < 0x1p63 ? (long) number : (long) (number - 0x1p63) + Long.MIN_VALUE;
    }

    private static void text(ByteArrayOutputStream out, LuaString text, Format format, int index) {
        int size = format.kind == 'c' && format.bytes > 0 ? format.bytes : text.m_length;
        if (text.m_length < size) {
            throw Values.bad("pack", index, "string too short");
        }
        out.write(text.m_bytes, text.m_offset, size);
        if (format.kind == 's') {
            out.write(0);
        }
    }

    private static void integer(ByteArrayOutputStream out, long bits, Format format) {
        for (int i = 0; i < format.bytes; i++) {
            int place = format.isLittle ? i : format.bytes - 1 - i;
            out.write(place < 8 ? (int) (bits >>> (8 * place)) : 0);
        }
    }

    private static Varargs unpack(Varargs given) {
        Format format = new Format("unpack", given);
        LuaString data = Values.string("unpack", given, 2);
        double begin = Values.number("unpack", given, 3, 1);
        if (!(begin >= 1)) {
            throw Values.bad("unpack", 3, "offset must be 1 or greater");
        }
        List<LuaValue> found = new ArrayList<>();
        long at = (long) Math.min(begin, FARTHEST) - 1;
        while (format.next()) {
            at += format.padding((int) at);
            if (at + format.bytes > data.m_length) {
                throw Values.bad("unpack", 2, "data string too short");
            }
            int place = (int) at;
            at += (long) format.bytes;
            switch (format.kind) {
                case 'x' -> {}
                case 'f' -> found.add(LuaValue.valueOf((double) Float.intBitsToFloat((int) bits(data, place, format))));
                case 'd' -> found.add(LuaValue.valueOf(Double.longBitsToDouble(bits(data, place, format))));
                case 'c' -> at = counted(data, place, format, found);
                case 's' -> {
                    int end = place;
                    while (end < data.m_length && data.luaByte(end) != 0) {
                        end++;
                    }
                    if (end == data.m_length) {
                        throw new LuaError("unfinished string in data");
                    }
                    found.add(data.substring(place, end));
                    at = end + 1L;
                }
                default -> found.add(number(data, place, format));
            }
        }
        found.add(LuaValue.valueOf((double) (at + 1)));
        return LuaValue.varargsOf(found.toArray(LuaValue[]::new));
    }

    /** A string whose length is in the format, or is the number before it. */
    private static long counted(LuaString data, int place, Format format, List<LuaValue> found) {
        int size = format.bytes;
        if (size == 0) {
            if (found.isEmpty() || found.get(found.size() - 1).type() != LuaValue.TNUMBER) {
                throw new LuaError("format 'c0' needs a previous size");
            }
            double previous = found.remove(found.size() - 1).todouble();
            if (previous < 0 || place + previous > data.m_length) {
                throw Values.bad("unpack", 2, "data string too short");
            }
            size = (int) previous;
        }
        found.add(data.substring(place, place + size));
        return (long) place + size;
    }

    private static long bits(LuaString data, int place, Format format) {
        long bits = 0;
        for (int i = Math.min(8, format.bytes) - 1; i >= 0; i--) {
            int from = format.isLittle ? i : format.bytes - 1 - i;
            bits = bits << 8 | data.luaByte(place + from);
        }
        return bits;
    }

    private static LuaValue number(LuaString data, int place, Format format) {
        long bits = bits(data, place, format);
        int unused = 64 - 8 * Math.min(8, format.bytes);
        boolean isSigned = Character.isLowerCase(format.kind);
        if (isSigned) {
            return LuaValue.valueOf((double) (unused == 64 ? 0 : bits << unused >> unused));
        }
        double low = bits >= 0 ? bits : bits + 0x1p64;
        return LuaValue.valueOf(low);
    }

    private static Varargs size(Varargs given) {
        Format format = new Format("size", given);
        long sum = 0;
        while (format.next()) {
            if (format.kind == 's') {
                throw Values.bad("size", 1, "variable-size format in 'size'");
            }
            if (format.kind == 'c' && format.bytes == 0) {
                throw Values.bad("size", 1, "variable-length format in 'size'");
            }
            sum += format.padding((int) sum) + format.bytes;
        }
        return LuaValue.valueOf((double) sum);
    }
}
