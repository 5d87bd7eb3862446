package dev.larder.server.store;

import dev.larder.server.memory.Raw;
import java.lang.foreign.MemorySegment;

/**
 * Fields one after the other: the layout of a packed hash and of a bucket.
 *
 * <pre>{@code
 *  field   ┌ name's length 1, or 255 and 2 ┐ name ┐ [EXPIRES, expiry 8] ┐ code ┐ data
 *  code    0…127 so many bytes │ 128 + n: a number of n bytes │ BYTES, length 2 │ HIDDEN, slot 3, length 4
 *          from TINY on: a number from 0 on, without data
 * }</pre>
 *
 * Most stock figures so take a byte or two besides the name and its length. Pure functions over memory.
 */
final class Fields {
    static final int NONE = -1;
    private static final int LONG_NAME = 255;
    private static final int SHORT_BYTES = 127;
    private static final int NUMBER = 128;
    private static final int BYTES = 0x90;
    private static final int HIDDEN = 0x91;
    private static final int EXPIRES = 0x92;
    private static final int TINY = 0xA0;
    private static final int MOST_TINY = 255 - TINY;
    static final int HIDDEN_BYTES = 8;

    private Fields() {}

    /** Bytes of a name with its length. */
    static int nameBytes(int length) {
        return length + (length < LONG_NAME ? 1 : 3);
    }

    static int nameLength(MemorySegment memory, long at) {
        int length = Raw.u8(memory, at);
        return length < LONG_NAME ? length : Raw.u16(memory, at + 1);
    }

    static long nameAt(MemorySegment memory, long at) {
        return at + (Raw.u8(memory, at) < LONG_NAME ? 1 : 3);
    }

    /** Where what follows the name begins. */
    private static long afterName(MemorySegment memory, long at) {
        int length = Raw.u8(memory, at);
        return length < LONG_NAME ? at + 1 + length : at + 3 + Raw.u16(memory, at + 1);
    }

    static boolean expires(MemorySegment memory, long at) {
        return Raw.u8(memory, afterName(memory, at)) == EXPIRES;
    }

    static long expiresAt(MemorySegment memory, long at) {
        return expires(memory, at) ? Raw.i64(memory, afterName(memory, at) + 1) : Entry.NEVER;
    }

    private static long codeAt(MemorySegment memory, long at) {
        long code = afterName(memory, at);
        return Raw.u8(memory, code) == EXPIRES ? code + 9 : code;
    }

    /** Where the next field begins. */
    static long next(MemorySegment memory, long at) {
        long code = codeAt(memory, at);
        int is = Raw.u8(memory, code);
        if (is >= TINY) {
            return code + 1;
        }
        if (is <= SHORT_BYTES) {
            return code + 1 + is;
        }
        return switch (is) {
            case BYTES -> code + 3 + Raw.u16(memory, code + 1);
            case HIDDEN -> code + HIDDEN_BYTES;
            default -> code + 1 + (is - NUMBER);
        };
    }

    /** Where the field of this name begins, between {@code at} and {@code end}, or {@link #NONE}. */
    static long find(MemorySegment memory, long at, long end, Slice name) {
        int length = name.length();
        for (long field = at; field < end; field = next(memory, field)) {
            if (nameLength(memory, field) == length && name.matches(memory, nameAt(memory, field))) {
                return field;
            }
        }
        return NONE;
    }

    /** The slot of a value kept elsewhere, or {@link #NONE}. */
    static int hiddenSlot(MemorySegment memory, long at) {
        long code = codeAt(memory, at);
        return Raw.u8(memory, code) == HIDDEN ? Raw.u24(memory, code + 1) : NONE;
    }

    /** Changes the slot of a value kept elsewhere. */
    static void hiddenSlot(MemorySegment memory, long at, int slot) {
        Raw.put24(memory, codeAt(memory, at) + 1, slot);
    }

    /** Bytes of a value as it is read. */
    static int valueBytes(MemorySegment memory, long at) {
        long code = codeAt(memory, at);
        int is = Raw.u8(memory, code);
        if (is <= SHORT_BYTES) {
            return is;
        }
        return switch (is) {
            case BYTES -> Raw.u16(memory, code + 1);
            case HIDDEN -> Raw.i32(memory, code + 4);
            default -> Numbers.length(number(memory, code));
        };
    }

    private static long number(MemorySegment memory, long code) {
        int is = Raw.u8(memory, code);
        return is >= TINY ? is - TINY : Raw.signed(memory, code + 1, is - NUMBER);
    }

    /** The score that a value is: a number, or {@link Scores#RAW} and the bits of one. */
    static double score(MemorySegment memory, long at) {
        long code = codeAt(memory, at);
        return Raw.u8(memory, code) == Scores.RAW_BYTES
                ? Double.longBitsToDouble(Raw.i64(memory, code + 2))
                : number(memory, code);
    }

    /** Compares a field's name with another, byte by byte, as unsigned numbers. */
    static int compareName(MemorySegment memory, long at, Slice name) {
        long start = nameAt(memory, at);
        int length = nameLength(memory, at);
        long from = name.offset();
        long differs = MemorySegment.mismatch(memory, start, start + length, name.memory(), from, from + name.length());
        return differs < 0 || differs >= Math.min(length, name.length())
                ? Integer.compare(length, name.length())
                : Integer.compare(Raw.u8(memory, start + differs), name.byteAt((int) differs));
    }

    /** Shows a value that is not kept elsewhere; a number as its digits, in {@code digits}. */
    static void value(MemorySegment memory, long at, MemorySegment digits, Slice into) {
        long code = codeAt(memory, at);
        int is = Raw.u8(memory, code);
        if (is <= SHORT_BYTES) {
            into.set(memory, code + 1, is);
        } else if (is == BYTES) {
            into.set(memory, code + 3, Raw.u16(memory, code + 1));
        } else {
            into.set(digits, 0, Numbers.format(number(memory, code), digits));
        }
    }

    /** Bytes that a field takes, code and data included. */
    static int bytes(Slice name, Slice value, long expiresAt) {
        return nameBytes(name.length()) + (expiresAt == Entry.NEVER ? 0 : 9) + 1 + dataBytes(value);
    }

    /** Bytes that a field takes whose value is elsewhere. */
    static int hiddenBytes(Slice name, long expiresAt) {
        return nameBytes(name.length()) + (expiresAt == Entry.NEVER ? 0 : 9) + HIDDEN_BYTES;
    }

    private static int dataBytes(Slice value) {
        if (Numbers.isNumber(value)) {
            long number = Numbers.parse(value);
            return number >= 0 && number <= MOST_TINY ? 0 : Raw.signedBytes(number);
        }
        return value.length() + (value.length() <= SHORT_BYTES ? 0 : 2);
    }

    /** Writes a field up to its value; gives where that begins. */
    static long writeName(MemorySegment memory, long at, Slice name, long expiresAt) {
        int length = name.length();
        Raw.put8(memory, at, Math.min(length, LONG_NAME));
        if (length >= LONG_NAME) {
            Raw.put16(memory, at + 1, length);
        }
        name.copyTo(memory, nameAt(memory, at));
        long after = at + nameBytes(length);
        if (expiresAt == Entry.NEVER) {
            return after;
        }
        Raw.put8(memory, after, EXPIRES);
        Raw.put64(memory, after + 1, expiresAt);
        return after + 9;
    }

    static void write(MemorySegment memory, long at, Slice name, Slice value, long expiresAt) {
        long code = writeName(memory, at, name, expiresAt);
        if (Numbers.isNumber(value)) {
            long number = Numbers.parse(value);
            int bytes = number >= 0 && number <= MOST_TINY ? 0 : Raw.signedBytes(number);
            Raw.put8(memory, code, bytes == 0 ? TINY + (int) number : NUMBER + bytes);
            Raw.putSigned(memory, code + 1, bytes, number);
            return;
        }
        boolean isShort = value.length() <= SHORT_BYTES;
        Raw.put8(memory, code, isShort ? value.length() : BYTES);
        if (!isShort) {
            Raw.put16(memory, code + 1, value.length());
        }
        value.copyTo(memory, code + (isShort ? 1 : 3));
    }

    /** Writes behind a name, at {@code code}, where its value of {@code length} bytes is. */
    static void writeHidden(MemorySegment memory, long code, int slot, int length) {
        Raw.put8(memory, code, HIDDEN);
        Raw.put24(memory, code + 1, slot);
        Raw.put32(memory, code + 4, length);
    }
}
