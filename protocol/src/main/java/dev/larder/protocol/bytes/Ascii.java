package dev.larder.protocol.bytes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Words and numbers in slices of byte arrays, without making a {@code String} of them. Pure. */
public final class Ascii {
    /** How many bytes {@link #word} tells apart. */
    public static final int WORD_BYTES = 8;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final int MAX_DIGITS = 19;
    private static final int CASE_BIT = 0x20;
    private static final int HASH_FACTOR = 31;

    private Ascii() {}

    /** The bytes of {@code text}, which must be ASCII. */
    public static byte[] bytes(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        for (byte each : bytes) {
            if (each < 0) {
                throw new IllegalArgumentException("not ASCII: " + text);
            }
        }
        return bytes;
    }

    /**
     * A number that tells words of up to {@value #WORD_BYTES} bytes apart, whatever the case of their letters: the bytes
     * in lower case, the first one lowest, zeros behind them. 0 for a slice that is longer, is empty or holds a zero byte.
     */
    public static long word(byte[] array, int offset, int length) {
        return lower(exactWord(array, offset, length));
    }

    /** As {@link #word}, but letters keep their case. */
    public static long exactWord(byte[] array, int offset, int length) {
        if (length > WORD_BYTES) {
            return 0;
        }
        long bytes;
        if (array.length - offset >= WORD_BYTES && length > 0) {
            bytes = (long) LONG.get(array, offset) & (-1L >>> (64 - 8 * length));
        } else {
            bytes = 0;
            for (int i = 0; i < length; i++) {
                bytes |= (array[offset + i] & 0xFFL) << (8 * i);
            }
        }
        return hasZero(bytes, length) ? 0 : bytes;
    }

    /** {@link #word(byte[], int, int)} of {@code text}, to compare with. */
    public static long word(String text) {
        byte[] bytes = bytes(text);
        return word(bytes, 0, bytes.length);
    }

    /** Whether the slice is {@code lower}, which is in lower case, whatever the case of its own letters. */
    public static boolean equalsIgnoreCase(byte[] array, int offset, int length, byte[] lower) {
        if (length != lower.length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (lower(array[offset + i]) != lower[i]) {
                return false;
            }
        }
        return true;
    }

    /** A hash of the slice that is the same for any case of its letters. */
    public static int hashIgnoreCase(byte[] array, int offset, int length) {
        int hash = 0;
        for (int i = offset; i < offset + length; i++) {
            hash = HASH_FACTOR * hash + lower(array[i]);
        }
        return hash;
    }

    /**
     * Whether the slice is a number of 64 bits as Redis writes it: no plus sign, no zero or space before it, no minus zero.
     */
    public static boolean isLong(byte[] array, int offset, int length) {
        boolean minus = length > 0 && array[offset] == '-';
        int from = minus ? offset + 1 : offset;
        int digits = length - (minus ? 1 : 0);
        if (digits < 1 || digits > MAX_DIGITS || (array[from] == '0' && (digits > 1 || minus))) {
            return false;
        }
        long value = 0;
        for (int i = from; i < from + digits; i++) {
            int digit = array[i] - '0';
            if (digit < 0 || digit > 9) {
                return false;
            }
            value = value * 10 + digit;
        }
        // 19 digits are less than 2^64, so that what is too much is negative here.
        return value >= 0 || (minus && value == Long.MIN_VALUE);
    }

    /** The number in a slice of which {@link #isLong} is true. */
    public static long toLong(byte[] array, int offset, int length) {
        boolean minus = array[offset] == '-';
        long value = 0;
        for (int i = minus ? offset + 1 : offset; i < offset + length; i++) {
            value = value * 10 + (array[i] - '0');
        }
        return minus ? -value : value;
    }

    static byte lower(byte letter) {
        return letter >= 'A' && letter <= 'Z' ? (byte) (letter | CASE_BIT) : letter;
    }

    /** Eight bytes at once: sets the case bit of those from A to Z. */
    private static long lower(long bytes) {
        long ascii = ~bytes & 0x8080808080808080L;
        long low = bytes & 0x7F7F7F7F7F7F7F7FL;
        long fromA = low + 0x3F3F3F3F3F3F3F3FL; // high bit: >= 'A'
        long aboveZ = low + 0x2525252525252525L; // high bit: > 'Z'
        return bytes | ((fromA & ~aboveZ & ascii) >>> 2);
    }

    private static boolean hasZero(long bytes, int length) {
        long padded = length == WORD_BYTES ? bytes : bytes | (-1L << (8 * length));
        return ((padded - 0x0101010101010101L) & ~padded & 0x8080808080808080L) != 0;
    }
}
