package dev.larder.protocol.memcached.server;

/**
 * Numbers as Memcached takes them: a sign and zeros before the digits do no harm. Unlike there, what does not fit is
 * refused and never cut to 32 bits. Pure.
 */
final class Numbers {
    private Numbers() {}

    /** Whether the slice is a number from {@code lowest} to {@code highest}, which are both signed. */
    static boolean isWithin(byte[] line, int offset, int length, long lowest, long highest) {
        boolean minus = length > 0 && line[offset] == '-';
        if (!isUnsigned(line, minus ? offset + 1 : offset, minus ? length - 1 : length)
                || (minus && length > 1 && line[offset + 1] == '+')) {
            return false;
        }
        long value = value(line, offset, length);
        boolean isRight = minus ? value <= 0 : value >= 0; // else more than 63 bits
        return isRight && value >= lowest && value <= highest;
    }

    /** Whether the slice is a number of up to 64 bits without a minus sign. */
    static boolean isUnsigned(byte[] line, int offset, int length) {
        boolean plus = length > 0 && line[offset] == '+';
        int from = plus ? offset + 1 : offset;
        int end = offset + length;
        if (from >= end) {
            return false;
        }
        long value = 0;
        for (int i = from; i < end; i++) {
            int digit = line[i] - '0';
            if (digit < 0 || digit > 9 || Long.compareUnsigned(value, Long.divideUnsigned(-1L - digit, 10)) > 0) {
                return false;
            }
            value = value * 10 + digit;
        }
        return true;
    }

    /** The number in a slice that is one. */
    static long value(byte[] line, int offset, int length) {
        long value = 0;
        for (int i = offset; i < offset + length; i++) {
            if (line[i] >= '0') {
                value = value * 10 + (line[i] - '0');
            }
        }
        return length > 0 && line[offset] == '-' ? -value : value;
    }
}
