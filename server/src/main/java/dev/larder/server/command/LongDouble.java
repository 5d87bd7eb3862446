package dev.larder.server.command;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.regex.Pattern;

/**
 * A number with the 64 significant bits of x86's long double, in which Redis adds floating-point numbers: the sums have
 * its digits, its noise included. Immutable.
 */
final class LongDouble {
    private static final Pattern DECIMAL = Pattern.compile("[+-]?(\\d+\\.?\\d*|\\.\\d+)([eE][+-]?\\d{1,5})?");
    private static final Pattern INFINITE = Pattern.compile("(?i)([+-]?)inf(inity)?");
    private static final int BITS = 64;
    private static final int SHOWN_DIGITS = 17;
    private static final int MOST_TEXT = 5 * 1024;
    private static final int MOST_EXPONENT = 4_932;

    private final BigDecimal value;
    private final boolean isFinite;

    private LongDouble(BigDecimal value, boolean isFinite) {
        this.value = value;
        this.isFinite = isFinite;
    }

    /** Of a text as C reads it, but for numbers to base 16; throws {@code complaint} for any other. */
    static LongDouble parse(String text, String complaint) {
        if (INFINITE.matcher(text).matches()) {
            return new LongDouble(BigDecimal.ZERO, false);
        }
        if (text.length() > MOST_TEXT || !DECIMAL.matcher(text).matches()) {
            throw new Complaint(complaint);
        }
        BigDecimal exact = new BigDecimal(text);
        long exponent = (long) exact.precision() - exact.scale();
        if (exact.signum() != 0 && Math.abs(exponent) > MOST_EXPONENT) {
            throw new Complaint(complaint);
        }
        return new LongDouble(rounded(exact), true);
    }

    /** The nearest number of so many bits; of two as near, the even one. */
    private static BigDecimal rounded(BigDecimal exact) {
        if (exact.signum() == 0) {
            return BigDecimal.ZERO;
        }
        BigInteger above = exact.unscaledValue().abs();
        BigInteger below = BigInteger.ONE;
        if (exact.scale() > 0) {
            below = BigInteger.TEN.pow(exact.scale());
        } else {
            above = above.multiply(BigInteger.TEN.pow(-exact.scale()));
        }
        int shift = above.bitLength() - below.bitLength() - BITS;
        BigInteger digits = divided(above, below, shift);
        while (digits.bitLength() > BITS) {
            digits = divided(above, below, ++shift);
        }
        while (digits.bitLength() < BITS) {
            digits = divided(above, below, --shift);
        }
        BigDecimal result = new BigDecimal(digits);
        BigDecimal power = new BigDecimal(BigInteger.TWO.pow(Math.abs(shift)));
        result = shift >= 0 ? result.multiply(power) : result.divide(power);
        return exact.signum() < 0 ? result.negate() : result;
    }

    private static BigInteger divided(BigInteger above, BigInteger below, int shift) {
        BigInteger dividend = shift < 0 ? above.shiftLeft(-shift) : above;
        BigInteger divisor = shift > 0 ? below.shiftLeft(shift) : below;
        BigInteger[] both = dividend.divideAndRemainder(divisor);
        int half = both[1].shiftLeft(1).compareTo(divisor);
        boolean up = half > 0 || (half == 0 && both[0].testBit(0));
        return up ? both[0].add(BigInteger.ONE) : both[0];
    }

    /** So many times as much, up to the next whole number. */
    BigDecimal ceiling(BigDecimal times) {
        return value.multiply(times).setScale(0, RoundingMode.CEILING);
    }

    boolean isFinite() {
        return isFinite;
    }

    LongDouble plus(LongDouble other) {
        return new LongDouble(rounded(value.add(other.value)), isFinite && other.isFinite);
    }

    /** With 17 digits behind the point, without zeros at the end. */
    @Override
    public String toString() {
        BigDecimal shown = value.setScale(SHOWN_DIGITS, RoundingMode.HALF_EVEN);
        return shown.signum() == 0 ? "0" : shown.stripTrailingZeros().toPlainString();
    }
}
