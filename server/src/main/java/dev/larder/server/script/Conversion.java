package dev.larder.server.script;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaString;
import org.luaj.vm2.Varargs;

/** One conversion of {@code string.format}, as C's {@code printf} has it: {@code %-08.3f}. Confined to one thread. */
final class Conversion {
    private static final int MOST_DIGITS = 2;

    private final LuaString format;
    private int at;
    private boolean isLeft;
    private boolean hasSign;
    private boolean hasSpace;
    private boolean isAlternative;
    private boolean hasZeros;
    private int width;
    private int precision = -1;
    private final int kind;

    /** @param begin behind the percent sign */
    Conversion(LuaString format, int begin) {
        this.format = format;
        at = begin;
        while (flag(byteAt())) {
            at++;
        }
        width = digits();
        if (byteAt() == '.') {
            at++;
            precision = digits();
        }
        if (byteAt() >= '0' && byteAt() <= '9') {
            throw new LuaError("invalid format (width or precision too long)");
        }
        kind = byteAt();
    }

    private int byteAt() {
        return at < format.m_length ? format.luaByte(at) : 0;
    }

    private boolean flag(int each) {
        switch (each) {
            case '-' -> isLeft = true;
            case '+' -> hasSign = true;
            case ' ' -> hasSpace = true;
            case '#' -> isAlternative = true;
            case '0' -> hasZeros = true;
            default -> {
                return false;
            }
        }
        return true;
    }

    private int digits() {
        int number = 0;
        for (int i = 0; i < MOST_DIGITS && byteAt() >= '0' && byteAt() <= '9'; i++) {
            number = 10 * number + byteAt() - '0';
            at++;
        }
        return number;
    }

    /** Its last byte. */
    int end() {
        return at;
    }

    void write(Varargs given, int index, ByteArrayOutputStream out) {
        switch (kind) {
            case 'c' -> padded(new byte[] {(byte) (long) Values.number("format", given, index)}, out, false);
            case 'd', 'i' -> integer((long) Values.number("format", given, index), out);
            case 'o', 'u', 'x', 'X' -> unsigned((long) Values.number("format", given, index), out);
            case 'e', 'E', 'f', 'g', 'G' -> real(Values.number("format", given, index), out);
            case 'q' -> quoted(Values.string("format", given, index), out);
            case 's' -> {
                if (index > given.narg()) {
                    throw Values.bad("format", index, "no value");
                }
                byte[] text = Values.bytes(Values.string("format", given, index));
                byte[] cut =
                        precision >= 0 && precision < text.length ? java.util.Arrays.copyOf(text, precision) : text;
                padded(cut, out, false);
            }
            default ->
                throw new LuaError(
                        "invalid option '%" + (kind == 0 ? "" : String.valueOf((char) kind)) + "' to 'format'");
        }
    }

    private void integer(long number, ByteArrayOutputStream out) {
        String digits = number < 0 ? Long.toString(number).substring(1) : Long.toString(number);
        digits = withPrecision(digits);
        padded(latin(sign(number < 0) + digits), out, precision < 0);
    }

    private void unsigned(long number, ByteArrayOutputStream out) {
        String digits = switch (kind) {
            case 'o' -> Long.toOctalString(number);
            case 'u' -> Long.toUnsignedString(number);
            default -> Long.toHexString(number);
        };
        digits = withPrecision(digits);
        if (isAlternative && number != 0) {
            digits = kind == 'o' ? "0" + digits : kind == 'u' ? digits : "0x" + digits;
        }
        padded(latin(kind == 'X' ? digits.toUpperCase(Locale.ROOT) : digits), out, precision < 0);
    }

    private String withPrecision(String digits) {
        if (precision == 0 && digits.equals("0")) {
            return "";
        }
        return "0".repeat(Math.max(0, precision - digits.length())) + digits;
    }

    private String sign(boolean isNegative) {
        return isNegative ? "-" : hasSign ? "+" : hasSpace ? " " : "";
    }

    private void real(double number, ByteArrayOutputStream out) {
        int places = precision < 0 ? 6 : precision;
        String text = switch (kind) {
            case 'e', 'E' -> Digits.scientific(number, places);
            case 'f' -> Digits.fixed(number, places);
            default -> Digits.general(number, places, isAlternative);
        };
        boolean isNegative = text.startsWith("-");
        String all = sign(isNegative) + (isNegative ? text.substring(1) : text);
        if (kind == 'E' || kind == 'G') {
            all = all.toUpperCase(Locale.ROOT);
        }
        padded(latin(all), out, Double.isFinite(number));
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private void padded(byte[] text, ByteArrayOutputStream out, boolean mayHaveZeros) {
        int missing = width - text.length;
        if (isLeft || missing <= 0) {
            out.write(text, 0, text.length);
            for (int i = 0; i < missing; i++) {
                out.write(' ');
            }
            return;
        }
        boolean zeros = hasZeros && mayHaveZeros;
        int signs = 0;
        if (zeros && text.length > 0 && (text[0] == '-' || text[0] == '+' || text[0] == ' ')) {
            out.write(text[0]);
            signs = 1;
        } else if (zeros && text.length > 1 && text[0] == '0' && (text[1] == 'x' || text[1] == 'X')) {
            out.write(text, 0, 2);
            signs = 2;
        }
        for (int i = 0; i < missing; i++) {
            out.write(zeros ? '0' : ' ');
        }
        out.write(text, signs, text.length - signs);
    }

    private static void quoted(LuaString text, ByteArrayOutputStream out) {
        out.write('"');
        for (int i = 0; i < text.m_length; i++) {
            int each = text.luaByte(i);
            switch (each) {
                case '"', '\\', '\n' -> {
                    out.write('\\');
                    out.write(each);
                }
                case '\r' -> out.writeBytes(latin("\\r"));
                case 0 -> out.writeBytes(latin("\\000"));
                default -> out.write(each);
            }
        }
        out.write('"');
    }
}
