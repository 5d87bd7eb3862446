package dev.larder.server.store;

import java.util.Arrays;

/**
 * The fields and values of a stream's entry as bytes: one text after the other, each with its length before it. Used again
 * and again, by one thread.
 *
 * <pre>{@code ┌ length, 7 bits to a byte, the lowest first ┐ bytes ┐ × an even number }</pre>
 *
 * A length below 48 is one byte that is no digit, and a longer text makes the whole longer than any number; so the store
 * never takes such bytes for a number.
 */
public final class Texts {
    private static final int MORE = 0x80;
    private static final int FIRST_BYTES = 256;
    private static final int KEPT_BYTES = 64 * 1024;

    private byte[] bytes = new byte[FIRST_BYTES];
    private int length;
    private final Slice slice = new Slice();

    /** Takes one text. */
    @FunctionalInterface
    public interface Taker {
        /** A text that lies in an array, which is valid during the call. */
        void text(byte[] array, int offset, int length);
    }

    /** Forgets all, and makes room for so many bytes. */
    public Texts begin(int room) {
        length = 0;
        if (bytes.length < room || (bytes.length > KEPT_BYTES && room <= KEPT_BYTES)) {
            bytes = new byte[Math.max(room, FIRST_BYTES)];
        }
        return this;
    }

    /** How many bytes a text takes. */
    public static int bytes(int textLength) {
        int taken = 1;
        for (int rest = textLength >>> 7; rest != 0; rest >>>= 7) {
            taken++;
        }
        return taken + textLength;
    }

    /** Adds a text. */
    public void add(byte[] array, int offset, int count) {
        int needed = length + bytes(count);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(needed, bytes.length * 2));
        }
        int rest = count;
        while (rest >= MORE) {
            bytes[length++] = (byte) (rest | MORE);
            rest >>>= 7;
        }
        bytes[length++] = (byte) rest;
        System.arraycopy(array, offset, bytes, length, count);
        length += count;
    }

    /** All of them, until the next change. */
    public Slice all() {
        return slice.set(bytes, 0, length);
    }

    /** Where so many bytes of packed texts are to be put, from 0 on. */
    public byte[] take(int count) {
        begin(count);
        length = count;
        return bytes;
    }

    /** How many texts there are; -1 where the bytes are not what this class writes, or an odd number of texts. */
    public int count() {
        int found = 0;
        for (int at = 0; at < length; found++) {
            int text = textLength(at);
            int begin = at + prefix(at);
            if (text < 0 || begin > length || text > length - begin) {
                return -1;
            }
            at = begin + text;
        }
        return found % 2 == 0 && found > 0 ? found : -1;
    }

    private int prefix(int at) {
        int taken = 1;
        while (at + taken <= length && bytes[at + taken - 1] < 0 && taken < 5) {
            taken++;
        }
        return taken;
    }

    private int textLength(int at) {
        int value = 0;
        int shift = 0;
        for (int i = at; i < length && shift < Integer.SIZE; i++, shift += 7) {
            value |= (bytes[i] & ~MORE & 0xFF) << shift;
            if (bytes[i] >= 0) {
                return value;
            }
        }
        return -1;
    }

    /** Whether bytes from elsewhere are what this class writes. */
    public static boolean areSound(Slice packed) {
        Texts texts = new Texts();
        packed.copyTo(java.lang.foreign.MemorySegment.ofArray(texts.take(packed.length())), 0);
        return texts.count() > 0;
    }

    /** Hands them out; {@link #count} has said that they are sound. */
    public void each(Taker taker) {
        for (int at = 0; at < length; ) {
            int text = textLength(at);
            int begin = at + prefix(at);
            taker.text(bytes, begin, text);
            at = begin + text;
        }
    }
}
