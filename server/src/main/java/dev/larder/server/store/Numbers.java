package dev.larder.server.store;

import dev.larder.server.memory.Raw;
import java.lang.foreign.MemorySegment;

/** Decimal numbers as bytes, in the one form that formatting gives back. */
final class Numbers {
    /** Digits and sign of the longest. */
    static final int MAX_BYTES = 20;

    private Numbers() {}

    /** Whether the bytes are what {@link #format} writes for some long. */
    static boolean isNumber(Slice bytes) {
        int length = bytes.length();
        if (length == 0 || length > MAX_BYTES) {
            return false;
        }
        boolean negative = bytes.byteAt(0) == '-';
        int first = negative ? 1 : 0;
        if (length == first || (bytes.byteAt(first) == '0' && length > 1)) {
            return false;
        }
        long value = 0;
        for (int i = first; i < length; i++) {
            int digit = bytes.byteAt(i) - '0';
            if (digit < 0 || digit > 9 || value < Long.MIN_VALUE / 10) {
                return false;
            }
            value = value * 10 - digit; // downwards, where there is one more
            if (value > 0) {
                return false;
            }
        }
        return negative || value != Long.MIN_VALUE;
    }

    /** The number that the bytes are. */
    static long parse(Slice bytes) {
        boolean negative = bytes.byteAt(0) == '-';
        long value = 0;
        for (int i = negative ? 1 : 0; i < bytes.length(); i++) {
            value = value * 10 - (bytes.byteAt(i) - '0');
        }
        return negative ? value : -value;
    }

    /** Digits and sign of a number. */
    static int length(long value) {
        int length = value < 0 ? 2 : 1;
        for (long rest = value / 10; rest != 0; rest /= 10) {
            length++;
        }
        return length;
    }

    /** Writes a number; returns how many bytes. */
    static int format(long value, MemorySegment target) {
        int length = length(value);
        long rest = value;
        for (int at = length - 1; at >= (value < 0 ? 1 : 0); at--) {
            Raw.put8(target, at, '0' + (int) Math.abs(rest % 10));
            rest /= 10;
        }
        if (value < 0) {
            Raw.put8(target, 0, '-');
        }
        return length;
    }
}
