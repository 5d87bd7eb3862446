package dev.larder.server.script;

import java.util.Locale;
import java.util.function.IntBinaryOperator;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/** The library {@code bit}: operations on 32 bits. */
final class BitLibrary {
    private static final int HEX_DIGITS = 8;

    private BitLibrary() {}

    static Library of() {
        return new Library()
                .with("tobit", given -> result(bits("tobit", given, 1)))
                .with("bnot", given -> result(~bits("bnot", given, 1)))
                .with("bswap", given -> result(Integer.reverseBytes(bits("bswap", given, 1))))
                .with("band", given -> all("band", given, (one, other) -> one & other))
                .with("bor", given -> all("bor", given, (one, other) -> one | other))
                .with("bxor", given -> all("bxor", given, (one, other) -> one ^ other))
                .with("lshift", given -> shift("lshift", given, (bits, by) -> bits << by))
                .with("rshift", given -> shift("rshift", given, (bits, by) -> bits >>> by))
                .with("arshift", given -> shift("arshift", given, (bits, by) -> bits >> by))
                .with("rol", given -> shift("rol", given, Integer::rotateLeft))
                .with("ror", given -> shift("ror", given, Integer::rotateRight))
                .with("tohex", BitLibrary::hex)
                .freeze();
    }

    /** The lowest 32 bits of the nearest whole number. */
    private static int bits(String function, Varargs given, int index) {
        double number = Values.number(function, given, index);
        return Double.isFinite(number) ? (int) (long) Math.rint(number) : 0;
    }

    private static LuaValue result(int bits) {
        return LuaValue.valueOf(bits);
    }

    private static LuaValue all(String function, Varargs given, IntBinaryOperator operator) {
        int sum = bits(function, given, 1);
        for (int i = 2; i <= given.narg(); i++) {
            sum = operator.applyAsInt(sum, bits(function, given, i));
        }
        return result(sum);
    }

    private static LuaValue shift(String function, Varargs given, IntBinaryOperator operator) {
        return result(operator.applyAsInt(bits(function, given, 1), bits(function, given, 2) & 31));
    }

    private static Varargs hex(Varargs given) {
        int bits = bits("tohex", given, 1);
        int count = given.isnil(2) ? HEX_DIGITS : bits("tohex", given, 2);
        String digits = String.format("%08x", bits);
        if (count < 0) {
            digits = digits.toUpperCase(Locale.ROOT);
        }
        int shown = Math.min(HEX_DIGITS, count == Integer.MIN_VALUE ? HEX_DIGITS : Math.abs(count));
        return LuaValue.valueOf(digits.substring(HEX_DIGITS - shown));
    }
}
