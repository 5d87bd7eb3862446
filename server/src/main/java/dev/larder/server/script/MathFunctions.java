package dev.larder.server.script;

import java.util.concurrent.ThreadLocalRandom;
import org.luaj.vm2.LuaError;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.Varargs;

/**
 * The library {@code math}. Random numbers come from the 48 bits that C's {@code lrand48} steps through, as in Redis. Confined to one thread.
 */
final class MathFunctions {
    private static final long MULTIPLIER = 0x5DEECE66DL;
    private static final long MASK = (1L << 48) - 1;
    private static final int MOST_RANDOM = Integer.MAX_VALUE;

    private long state = ThreadLocalRandom.current().nextLong() & MASK;

    void seed(int seed) {
        state = ((long) seed << 16 | 0x330E) & MASK;
    }

    private int next() {
        state = state * MULTIPLIER + 0xB & MASK;
        return (int) (state >>> 17);
    }

    Library library() {
        Library library = new Library();
        one(library, "abs", Math::abs);
        one(library, "acos", Math::acos);
        one(library, "asin", Math::asin);
        one(library, "atan", Math::atan);
        one(library, "ceil", Math::ceil);
        one(library, "cos", Math::cos);
        one(library, "cosh", Math::cosh);
        one(library, "deg", Math::toDegrees);
        one(library, "exp", Math::exp);
        one(library, "floor", Math::floor);
        one(library, "log", Math::log);
        one(library, "log10", Math::log10);
        one(library, "rad", Math::toRadians);
        one(library, "sin", Math::sin);
        one(library, "sinh", Math::sinh);
        one(library, "sqrt", Math::sqrt);
        one(library, "tan", Math::tan);
        one(library, "tanh", Math::tanh);
        library.with(
                "atan2",
                given -> LuaValue.valueOf(
                        Math.atan2(Values.number("atan2", given, 1), Values.number("atan2", given, 2))));
        library.with(
                "pow",
                given -> LuaValue.valueOf(Math.pow(Values.number("pow", given, 1), Values.number("pow", given, 2))));
        library.with("fmod", MathFunctions::fmod).with("mod", MathFunctions::fmod);
        library.with("frexp", MathFunctions::frexp);
        library.with(
                "ldexp",
                given -> LuaValue.valueOf(
                        Values.number("ldexp", given, 1) * Math.pow(2, Values.number("ldexp", given, 2))));
        library.with("modf", MathFunctions::modf);
        library.with("max", given -> extreme("max", given)).with("min", given -> extreme("min", given));
        library.with("random", this::random);
        library.with("randomseed", given -> {
            seed((int) (long) Values.number("randomseed", given, 1));
            return LuaValue.NONE;
        });
        LuaTable table = library;
        table.set("pi", LuaValue.valueOf(Math.PI));
        table.set("huge", LuaValue.valueOf(Double.POSITIVE_INFINITY));
        return library.freeze();
    }

    private static void one(Library library, String name, java.util.function.DoubleUnaryOperator operator) {
        library.with(name, given -> LuaValue.valueOf(operator.applyAsDouble(Values.number(name, given, 1))));
    }

    private static Varargs fmod(Varargs given) {
        return LuaValue.valueOf(Values.number("fmod", given, 1) % Values.number("fmod", given, 2));
    }

    private static Varargs modf(Varargs given) {
        double number = Values.number("modf", given, 1);
        double whole = number > 0 ? Math.floor(number) : Math.ceil(number);
        double rest = Double.isInfinite(number) ? 0 : number - whole;
        return LuaValue.varargsOf(LuaValue.valueOf(whole), LuaValue.valueOf(rest));
    }

    private static Varargs frexp(Varargs given) {
        double number = Values.number("frexp", given, 1);
        if (number == 0 || !Double.isFinite(number)) {
            return LuaValue.varargsOf(LuaValue.valueOf(number), LuaValue.ZERO);
        }
        int exponent = Math.getExponent(number) + 1;
        double mantissa = number / Math.pow(2, exponent);
        while (Math.abs(mantissa) < 0.5) {
            mantissa *= 2;
            exponent--;
        }
        return LuaValue.varargsOf(LuaValue.valueOf(mantissa), LuaValue.valueOf(exponent));
    }

    private static Varargs extreme(String name, Varargs given) {
        double found = Values.number(name, given, 1);
        for (int i = 2; i <= given.narg(); i++) {
            double next = Values.number(name, given, i);
            boolean isBetter = name.equals("max") ? next > found : next < found;
            found = isBetter ? next : found;
        }
        return LuaValue.valueOf(found);
    }

    private Varargs random(Varargs given) {
        double unit = (double) (next() % MOST_RANDOM) / MOST_RANDOM;
        return switch (given.narg()) {
            case 0 -> LuaValue.valueOf(unit);
            case 1 -> {
                double most = Math.floor(Values.number("random", given, 1));
                if (most < 1) {
                    throw Values.bad("random", 1, "interval is empty");
                }
                yield LuaValue.valueOf(Math.floor(unit * most) + 1);
            }
            case 2 -> {
                double least = Math.floor(Values.number("random", given, 1));
                double most = Math.floor(Values.number("random", given, 2));
                if (least > most) {
                    throw Values.bad("random", 2, "interval is empty");
                }
                yield LuaValue.valueOf(Math.floor(unit * (most - least + 1)) + least);
            }
            default -> throw new LuaError("wrong number of arguments");
        };
    }
}
