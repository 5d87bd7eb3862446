package dev.larder.protocol.resp;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * Floating-point numbers as text. Redis 7.0 gives 17 significant digits in the manner of C's {@code %.17g}, so that 3.1
 * reads 3.1000000000000001; integers read as integers.
 */
public final class Reals {
    private static final int DIGITS = 17;
    private static final int LOWEST_PLAIN_EXPONENT = -4;
    /** Below this all integers are doubles, and have fewer than 17 digits. */
    private static final double EXACT = 1L << 53;

    private static final MathContext ROUNDED = new MathContext(DIGITS, RoundingMode.HALF_EVEN);

    private Reals() {}

    /** The text of {@code number}: digits, {@code inf}, {@code -inf} or {@code nan}. */
    public static String text(double number) {
        if (number == Math.rint(number) && Math.abs(number) < EXACT) {
            boolean isMinusZero = number == 0 && 1 / number < 0;
            return isMinusZero ? "-0" : Long.toString((long) number);
        }
        if (Double.isNaN(number)) {
            return "nan";
        }
        if (Double.isInfinite(number)) {
            return number > 0 ? "inf" : "-inf";
        }
        BigDecimal rounded = new BigDecimal(number).round(ROUNDED).stripTrailingZeros();
        int exponent = rounded.precision() - rounded.scale() - 1;
        if (exponent >= LOWEST_PLAIN_EXPONENT && exponent < DIGITS) {
            return rounded.toPlainString();
        }
        String digits = rounded.unscaledValue().abs().toString();
        String size = Integer.toString(Math.abs(exponent));
        return (number < 0 ? "-" : "")
                + digits.charAt(0)
                + (digits.length() > 1 ? "." + digits.substring(1) : "")
                + (exponent < 0 ? "e-" : "e+")
                + (size.length() < 2 ? "0" : "")
                + size;
    }
}
