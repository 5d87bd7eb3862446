package dev.larder.protocol.memcached.server;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Keys in base64, with padding: decoded in place, written back for a reply. Pure but for the array. */
final class Base64Key {
    private static final byte[] DIGITS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] VALUES = new byte[128];

    static {
        Arrays.fill(VALUES, (byte) -1);
        for (int i = 0; i < DIGITS.length; i++) {
            VALUES[DIGITS[i]] = (byte) i;
        }
    }

    private Base64Key() {}

    /** Puts what the slice stands for at its beginning; how many bytes that is, -1 where it is no base64. */
    static int decode(byte[] array, int offset, int length) {
        if (length == 0 || length % 4 != 0) {
            return -1;
        }
        int padding = array[offset + length - 1] != '=' ? 0 : array[offset + length - 2] != '=' ? 1 : 2;
        int digits = length - padding;
        int to = offset;
        int bits = 0;
        int held = 0;
        for (int i = offset; i < offset + digits; i++) {
            int value = array[i] < 0 ? -1 : VALUES[array[i]];
            if (value < 0) {
                return -1;
            }
            bits = ((bits << 6) | value) & 0xFFFF;
            held += 6;
            if (held >= 8) {
                held -= 8;
                array[to++] = (byte) (bits >> held);
            }
        }
        return to - offset;
    }

    /** How many bytes {@link #encode} writes for {@code length} bytes. */
    static int encodedLength(int length) {
        return (length + 2) / 3 * 4;
    }

    /** Writes the slice in base64 into {@code to} at {@code at}. */
    static void encode(byte[] array, int offset, int length, byte[] to, int at) {
        int out = at;
        for (int i = 0; i < length; i += 3) {
            int left = Math.min(3, length - i);
            int bits = ((array[offset + i] & 0xFF) << 16)
                    | (left > 1 ? (array[offset + i + 1] & 0xFF) << 8 : 0)
                    | (left > 2 ? array[offset + i + 2] & 0xFF : 0);
            to[out++] = DIGITS[bits >> 18];
            to[out++] = DIGITS[(bits >> 12) & 63];
            to[out++] = left > 1 ? DIGITS[(bits >> 6) & 63] : (byte) '=';
            to[out++] = left > 2 ? DIGITS[bits & 63] : (byte) '=';
        }
    }
}
