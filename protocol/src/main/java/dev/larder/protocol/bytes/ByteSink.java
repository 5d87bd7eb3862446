package dev.larder.protocol.bytes;

import java.util.Arrays;

/**
 * An array that grows while bytes are put at its end: what is to be sent to one connection. Whoever sends takes {@link
 * #array()} up to {@link #length()} and calls {@link #clear()}. It grows without limit: whoever fills it watches {@link
 * #length()}. Confined to one thread.
 */
public final class ByteSink {
    private static final int FIRST_BYTES = 512;
    private static final int MAX_DIGITS = 20;
    private static final int QUICK_BYTES = 16;
    /** The two digits of 0 to 99. */
    private static final byte[] PAIRS = new byte[200];

    static {
        for (int i = 0; i < 100; i++) {
            PAIRS[2 * i] = (byte) ('0' + i / 10);
            PAIRS[2 * i + 1] = (byte) ('0' + i % 10);
        }
    }

    private final int keptBytes;
    private byte[] array;
    private int length;

    /** One that keeps an array of up to {@code keptBytes} bytes when it is cleared, and drops a longer one. */
    public ByteSink(int keptBytes) {
        this.keptBytes = Math.max(keptBytes, FIRST_BYTES);
        this.array = new byte[FIRST_BYTES];
    }

    /** Holds the bytes from 0 to {@link #length()}. Another one after each call that puts bytes. */
    public byte[] array() {
        return array;
    }

    /** How many bytes it holds. */
    public int length() {
        return length;
    }

    /** Empties it. */
    public void clear() {
        length = 0;
        if (array.length > keptBytes) {
            array = new byte[FIRST_BYTES];
        }
    }

    /** Makes it hold the first {@code bytes} bytes only. */
    public void cut(int bytes) {
        if (bytes < 0 || bytes > length) {
            throw new IllegalArgumentException("there are " + length + " bytes, not " + bytes);
        }
        length = bytes;
    }

    /** Makes room for {@code bytes} bytes to be filled in by the caller; where they are in {@link #array()}. */
    public int reserve(int bytes) {
        int at = length;
        ensure(bytes);
        length = at + bytes;
        return at;
    }

    /** Puts one byte. */
    public void put(int each) {
        ensure(1);
        array[length++] = (byte) each;
    }

    /** Puts all of {@code bytes}. */
    public void put(byte[] bytes) {
        put(bytes, 0, bytes.length);
    }

    /** Puts a slice. */
    public void put(byte[] bytes, int offset, int count) {
        ensure(count);
        System.arraycopy(bytes, offset, array, length, count);
        length += count;
    }

    /** Puts CR LF. */
    public void putLineEnd() {
        ensure(2);
        array[length] = '\r';
        array[length + 1] = '\n';
        length += 2;
    }

    /** Puts {@code number} in decimal digits. */
    public void putLong(long number) {
        ensure(MAX_DIGITS);
        length = digits(number, array, length);
    }

    /** Puts {@code number} without a sign in decimal digits. */
    public void putUnsigned(long number) {
        if (number >= 0) {
            putLong(number);
        } else {
            putLong(Long.divideUnsigned(number, 10));
            put('0' + (int) Long.remainderUnsigned(number, 10));
        }
    }

    /** Puts {@code mark}, the digits of {@code number}, and CR LF: the first line of most of what RESP says. */
    public void putLine(int mark, long number) {
        ensure(MAX_DIGITS + 3);
        byte[] to = array;
        int at = length;
        to[at++] = (byte) mark;
        if (number >= 0 && number < 10) {
            to[at++] = (byte) ('0' + number);
        } else if (number >= 0 && number < 100) {
            to[at] = PAIRS[2 * (int) number];
            to[at + 1] = PAIRS[2 * (int) number + 1];
            at += 2;
        } else {
            at = digits(number, to, at);
        }
        to[at] = '\r';
        to[at + 1] = '\n';
        length = at + 2;
    }

    /** Puts {@code text}, each character as one byte; those above 255 as a question mark. */
    public void putLatin(String text) {
        int count = text.length();
        ensure(count);
        for (int i = 0; i < count; i++) {
            char each = text.charAt(i);
            array[length + i] = (byte) (each > 0xFF ? '?' : each);
        }
        length += count;
    }

    /** Moves the bytes from {@code from} on {@code by} bytes towards the end, or towards the start where it is negative. */
    public void shift(int from, int by) {
        ensure(Math.max(by, 0));
        System.arraycopy(array, from, array, from + by, length - from);
        length += by;
    }

    /** How many decimal digits {@code number} has, its sign aside. */
    public static int digitCount(long number) {
        int count = 1;
        for (long left = number; left >= 10 || left <= -10; left /= 10) {
            count++;
        }
        return count;
    }

    private void ensure(int bytes) {
        if (array.length - length < bytes) {
            grow(bytes);
        }
    }

    private void grow(int bytes) {
        long least = (long) length + bytes;
        if (least > Integer.MAX_VALUE - QUICK_BYTES) {
            throw new IllegalStateException("more than " + Integer.MAX_VALUE + " bytes are to be sent");
        }
        array = Arrays.copyOf(
                array, (int) Math.min(Integer.MAX_VALUE - QUICK_BYTES, Math.max(least, 2L * array.length)));
    }

    private static int digits(long number, byte[] to, int at) {
        long left = number;
        int first = at;
        if (left < 0) {
            to[first++] = '-';
            if (left == Long.MIN_VALUE) { // has no positive counterpart
                byte[] text = Ascii.bytes("9223372036854775808");
                System.arraycopy(text, 0, to, first, text.length);
                return first + text.length;
            }
            left = -left;
        }
        int end = first + digitCount(left);
        int i = end;
        while (left >= 100) {
            int pair = 2 * (int) (left % 100);
            left /= 100;
            to[--i] = PAIRS[pair + 1];
            to[--i] = PAIRS[pair];
        }
        if (left >= 10) {
            to[--i] = PAIRS[2 * (int) left + 1];
            to[--i] = PAIRS[2 * (int) left];
        } else {
            to[--i] = (byte) ('0' + left);
        }
        return end;
    }
}
