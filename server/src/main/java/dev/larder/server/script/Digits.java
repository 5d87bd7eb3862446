package dev.larder.server.script;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/** Numbers as C's {@code printf} writes them, to the last digit. Pure. */
final class Digits {
    private static final double EXACT = 1e15;

    private Digits() {}

    /** {@code %.14g}: as Lua 5.1 writes numbers. */
    static String lua(double number) {
        return general(number, 14, false);
    }

    /** {@code %g} with a precision; {@code keepsZeros} for the flag {@code #}. */
    static String general(double number, int precision, boolean keepsZeros) {
        if (!Double.isFinite(number)) {
            return special(number);
        }
        int digits = Math.max(1, precision);
        if (number == Math.rint(number) && Math.abs(number) < EXACT && !keepsZeros) {
            String whole = Long.toString((long) number);
            if (whole.length() - (number < 0 ? 1 : 0) <= digits) {
                return number == 0 && 1 / number < 0 ? "-0" : whole;
            }
        }
        if (number == 0) {
            String zero = keepsZeros ? fixed(0, digits - 1) : "0";
            return 1 / number < 0 && !zero.startsWith("-") ? "-" + zero : zero;
        }
        BigDecimal rounded = new BigDecimal(number).round(new MathContext(digits, RoundingMode.HALF_EVEN));
        int exponent = rounded.precision() - rounded.scale() - 1;
        if (exponent < -4 || exponent >= digits) {
            String text = scientific(number, digits - 1);
            return keepsZeros ? text : withoutZeros(text);
        }
        String text = rounded.setScale(Math.max(0, digits - 1 - exponent), RoundingMode.HALF_EVEN)
                .toPlainString();
        return keepsZeros ? text : withoutZeros(text);
    }

    /** {@code %f} with a precision. */
    static String fixed(double number, int precision) {
        if (!Double.isFinite(number)) {
            return special(number);
        }
        String text = new BigDecimal(number)
                .setScale(precision, RoundingMode.HALF_EVEN)
                .toPlainString();
        boolean isNegative = number < 0 || (number == 0 && 1 / number < 0);
        return isNegative && !text.startsWith("-") ? "-" + text : text;
    }

    /** {@code %e} with a precision. */
    static String scientific(double number, int precision) {
        if (!Double.isFinite(number)) {
            return special(number);
        }
        boolean isNegative = number < 0 || (number == 0 && 1 / number < 0);
        BigDecimal rounded =
                new BigDecimal(Math.abs(number)).round(new MathContext(precision + 1, RoundingMode.HALF_EVEN));
        int exponent = number == 0 ? 0 : rounded.precision() - rounded.scale() - 1;
        StringBuilder digits = new StringBuilder(rounded.unscaledValue().toString());
        if (number == 0) {
            digits.setLength(0);
        }
        while (digits.length() < precision + 1) {
            digits.append('0');
        }
        digits.setLength(precision + 1);
        StringBuilder text = new StringBuilder(isNegative ? "-" : "").append(digits.charAt(0));
        if (precision > 0) {
            text.append('.').append(digits, 1, precision + 1);
        }
        text.append('e').append(exponent < 0 ? '-' : '+');
        if (Math.abs(exponent) < 10) {
            text.append('0');
        }
        return text.append(Math.abs(exponent)).toString();
    }

    private static String special(double number) {
        return Double.isNaN(number) ? "-nan" : number > 0 ? "inf" : "-inf";
    }

    /** Without zeros at the end of the fraction, and without its point where nothing is left of it. */
    private static String withoutZeros(String text) {
        int mantissaEnd = text.indexOf('e');
        String tail = mantissaEnd < 0 ? "" : text.substring(mantissaEnd);
        String mantissa = mantissaEnd < 0 ? text : text.substring(0, mantissaEnd);
        if (mantissa.indexOf('.') < 0) {
            return text;
        }
        int end = mantissa.length();
        while (mantissa.charAt(end - 1) == '0') {
            end--;
        }
        if (mantissa.charAt(end - 1) == '.') {
            end--;
        }
        return mantissa.substring(0, end) + tail;
    }
}
