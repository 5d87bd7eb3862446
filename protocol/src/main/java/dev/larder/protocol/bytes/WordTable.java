package dev.larder.protocol.bytes;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values by ASCII words of any length, looked up by a slice of bytes without allocating: a table of commands. Words of up
 * to eight bytes are compared as one number. Immutable.
 *
 * @param <T> what the words stand for
 */
public final class WordTable<T> {
    private static final long MIX = 0x9E3779B97F4A7C15L;

    private final boolean isExact;
    private final long[] numbers;
    private final byte[][] words;
    private final Object[] values;
    private final int shift;

    private WordTable(Map<String, T> entries, boolean isExact) {
        int bits = 64 - Long.numberOfLeadingZeros(4L * Math.max(entries.size(), 1));
        this.isExact = isExact;
        this.numbers = new long[1 << bits];
        this.words = new byte[1 << bits][];
        this.values = new Object[1 << bits];
        this.shift = 64 - bits;
        entries.forEach((word, value) -> {
            byte[] bytes = Ascii.bytes(word);
            long number = number(bytes, 0, bytes.length);
            if (number == 0) {
                throw new IllegalArgumentException("a word must not be empty nor hold a NUL but was '" + word + "'");
            }
            if (find(bytes, 0, bytes.length) != null) {
                throw new IllegalArgumentException("two words are the same: " + word);
            }
            int slot = slot(number);
            while (numbers[slot] != 0) {
                slot = next(slot);
            }
            numbers[slot] = number;
            words[slot] = bytes;
            values[slot] = value;
        });
    }

    /** A table in which words are the same whatever the case of their letters. */
    public static <T> WordTable<T> ignoringCase(Map<String, T> entries) {
        return new WordTable<>(entries, false);
    }

    /** A table in which words are the same if their bytes are. */
    public static <T> WordTable<T> exact(Map<String, T> entries) {
        return new WordTable<>(entries, true);
    }

    /** What the word in the slice stands for, or null. */
    @SuppressWarnings("unchecked") // only values of T were put in
    public @Nullable T find(byte[] array, int offset, int length) {
        long number = number(array, offset, length);
        if (number == 0) {
            return null;
        }
        int slot = slot(number);
        while (numbers[slot] != 0) {
            if (numbers[slot] == number && (length <= Ascii.WORD_BYTES || isSame(words[slot], array, offset, length))) {
                return (T) values[slot];
            }
            slot = next(slot);
        }
        return null;
    }

    /** The word itself where it is short; for a longer one its beginning and its length, with the highest bit set. */
    private long number(byte[] array, int offset, int length) {
        int head = Math.min(length, Ascii.WORD_BYTES);
        long number = isExact ? Ascii.exactWord(array, offset, head) : Ascii.word(array, offset, head);
        return length <= Ascii.WORD_BYTES || number == 0 ? number : (number + length) | Long.MIN_VALUE;
    }

    private boolean isSame(byte[] word, byte[] array, int offset, int length) {
        if (word.length != length) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            byte each = array[offset + i];
            boolean same = isExact ? word[i] == each : Ascii.lower(word[i]) == Ascii.lower(each);
            if (!same) {
                return false;
            }
        }
        return true;
    }

    private int slot(long number) {
        return (int) ((number * MIX) >>> shift);
    }

    private int next(int slot) {
        return (slot + 1) & (numbers.length - 1);
    }
}
