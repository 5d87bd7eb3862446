package dev.larder.server.rdb;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads the packed forms that Redis keeps small collections in, one element after another: list packs, ZIP lists, ZIP maps
 * and sets of integers. Every step is checked against the end of the bytes. Confined to one thread.
 */
final class Packed {
    private static final int END = 0xFF;
    private static final int LISTPACK_HEAD = 6;
    private static final int ZIPLIST_HEAD = 10;
    private static final int LONG_PREVIOUS = 0xFE;
    private static final int ZIPMAP_LONG = 254;

    private final byte[] bytes;
    private int at;

    private Packed(byte[] bytes, int from) {
        this.bytes = bytes;
        this.at = from;
    }

    static Packed listpack(byte[] bytes) {
        return new Packed(bytes, LISTPACK_HEAD);
    }

    static Packed ziplist(byte[] bytes) {
        return new Packed(bytes, ZIPLIST_HEAD);
    }

    static Packed zipmap(byte[] bytes) {
        return new Packed(bytes, 1);
    }

    /** The members of a set of integers. */
    static void intset(byte[] bytes, Items into) throws RdbException {
        Packed packed = new Packed(bytes, 0);
        int width = (int) packed.little(Integer.BYTES);
        long count = packed.little(Integer.BYTES) & 0xFFFFFFFFL;
        if ((width != Short.BYTES && width != Integer.BYTES && width != Long.BYTES)
                || count != (bytes.length - packed.at) / width) {
            throw new RdbException("a set of integers is damaged");
        }
        for (long i = 0; i < count; i++) {
            into.member(RdbInput.decimal(signed(packed.little(width), width)));
        }
    }

    private static long signed(long number, int width) {
        int shift = Long.SIZE - Byte.SIZE * width;
        return number << shift >> shift;
    }

    private int u8() throws RdbException {
        if (at >= bytes.length) {
            throw new RdbException("a packed value ends in the midst of something");
        }
        return bytes[at++] & 0xFF;
    }

    private long little(int width) throws RdbException {
        long number = 0;
        for (int i = 0; i < width; i++) {
            number |= (long) u8() << (Byte.SIZE * i);
        }
        return number;
    }

    private byte[] text(long count) throws RdbException {
        if (count < 0 || count > bytes.length - at) {
            throw new RdbException("a packed value ends in the midst of a text");
        }
        at += (int) count;
        return Arrays.copyOfRange(bytes, at - (int) count, at);
    }

    /** Whether there is another element. */
    boolean hasNext() throws RdbException {
        if (at >= bytes.length) {
            throw new RdbException("a packed value has no end");
        }
        return (bytes[at] & 0xFF) != END;
    }

    /** The next element, which must be a number. */
    long integer() throws RdbException {
        try {
            return Long.parseLong(new String(nextOfListpack(), StandardCharsets.ISO_8859_1));
        } catch (NumberFormatException e) {
            throw new RdbException("an element of a list pack must be a number");
        }
    }

    byte[] nextOfListpack() throws RdbException {
        int from = at;
        int first = u8();
        byte[] element;
        if (first < 0x80) {
            element = RdbInput.decimal(first);
        } else if (first < 0xC0) {
            element = text(first & 0x3F);
        } else if (first < 0xE0) {
            int number = (first & 0x1F) << Byte.SIZE | u8();
            element = RdbInput.decimal(number >= 1 << 12 ? number - (1 << 13) : number);
        } else if (first < 0xF0) {
            element = text((long) (first & 0x0F) << Byte.SIZE | u8());
        } else {
            element = switch (first) {
                case 0xF0 -> text(little(Integer.BYTES));
                case 0xF1 -> RdbInput.decimal(signed(little(2), 2));
                case 0xF2 -> RdbInput.decimal(signed(little(3), 3));
                case 0xF3 -> RdbInput.decimal(signed(little(4), 4));
                case 0xF4 -> RdbInput.decimal(little(Long.BYTES));
                default -> throw new RdbException("no element of a list pack begins with " + first);
            };
        }
        text(backLength(at - from));
        return element;
    }

    /** Bytes behind an element that tell its length to those who read backwards. */
    private static int backLength(int length) {
        return length < 1 << 7 ? 1 : length < 1 << 14 ? 2 : length < 1 << 21 ? 3 : length < 1 << 28 ? 4 : 5;
    }

    byte[] nextOfZiplist() throws RdbException {
        if (u8() == LONG_PREVIOUS) {
            little(Integer.BYTES);
        }
        int first = u8();
        return switch (first >>> 6) {
            case 0 -> text(first);
            case 1 -> text((long) (first & 0x3F) << Byte.SIZE | u8());
            case 2 -> text((long) u8() << 24 | u8() << 16 | u8() << 8 | u8());
            default -> RdbInput.decimal(integerOfZiplist(first));
        };
    }

    private long integerOfZiplist(int first) throws RdbException {
        return switch (first) {
            case 0xC0 -> signed(little(2), 2);
            case 0xD0 -> signed(little(4), 4);
            case 0xE0 -> little(Long.BYTES);
            case 0xF0 -> signed(little(3), 3);
            case 0xFE -> (byte) u8();
            default -> {
                if (first >= 0xF1 && first <= 0xFD) {
                    yield (first & 0x0F) - 1;
                }
                throw new RdbException("no element of a ZIP list begins with " + first);
            }
        };
    }

    byte[] nextOfZipmap(boolean isValue) throws RdbException {
        int first = u8();
        long length = first < ZIPMAP_LONG ? first : first == ZIPMAP_LONG ? little(Integer.BYTES) : -1;
        int free = isValue ? u8() : 0;
        byte[] element = text(length);
        text(free);
        return element;
    }
}
