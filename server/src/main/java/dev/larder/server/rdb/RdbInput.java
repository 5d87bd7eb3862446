package dev.larder.server.rdb;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads numbers and strings as Redis writes them. Confined to one thread. */
public final class RdbInput {
    private static final int PIECE = 64 << 10;
    private static final byte[] NOTHING = {};
    private static final int TWO_BYTES = 1;
    private static final int LONG_LENGTH = 2;
    private static final int ENCODED = 3;
    private static final int FOUR = 0x80;
    private static final int EIGHT = 0x81;

    private final InputStream in;
    private final long longest;
    private long position;
    private long budget;
    private boolean isTooLong;

    /**
     * @param longest bytes of a string at most; longer ones are passed over, see {@link #wasTooLong}
     * @param budget bytes of all strings at most
     */
    public RdbInput(InputStream in, long longest, long budget) {
        this.in = new BufferedInputStream(in, PIECE);
        this.longest = longest;
        this.budget = budget;
    }

    /** How many bytes were read. */
    public long position() {
        return position;
    }

    /** Whether a string was too long since this was asked last. */
    public boolean wasTooLong() {
        boolean was = isTooLong;
        isTooLong = false;
        return was;
    }

    private RdbException cutOff() {
        return new RdbException("it ends in the midst of something, after " + position + " bytes");
    }

    /** The next byte, 0 to 255. */
    public int u8() throws IOException {
        int next = in.read();
        if (next < 0) {
            throw cutOff();
        }
        position++;
        return next;
    }

    /** A number of so many bytes, the lowest first. */
    long little(int bytes) throws IOException {
        long number = 0;
        for (int i = 0; i < bytes; i++) {
            number |= (long) u8() << (Byte.SIZE * i);
        }
        return number;
    }

    private long big(int bytes) throws IOException {
        long number = 0;
        for (int i = 0; i < bytes; i++) {
            number = number << Byte.SIZE | u8();
        }
        return number;
    }

    double real() throws IOException {
        return Double.longBitsToDouble(little(Long.BYTES));
    }

    /** A length, or any other number that Redis writes as one. */
    public long length() throws IOException {
        int first = u8();
        if (first >>> 6 == ENCODED) {
            throw new RdbException("there must be a length but there is an encoding, after " + position + " bytes");
        }
        return length(first);
    }

    private long length(int first) throws IOException {
        return switch (first >>> 6) {
            case 0 -> first;
            case TWO_BYTES -> (long) (first & 0x3F) << Byte.SIZE | u8();
            case LONG_LENGTH -> {
                if (first == FOUR) {
                    yield big(Integer.BYTES);
                }
                if (first == EIGHT) {
                    yield big(Long.BYTES);
                }
                throw new RdbException("there is no length that begins with " + first);
            }
            default -> throw new RdbException("there is no length that begins with " + first);
        };
    }

    /** How many of something follow, each of a byte at least. */
    long count() throws IOException {
        long count = length();
        if (count < 0) {
            throw new RdbException("a count must be >= 0 but is " + count);
        }
        return count;
    }

    /** A string; empty, and {@link #wasTooLong}, where it is too long. */
    public byte[] string() throws IOException {
        int first = u8();
        if (first >>> 6 != ENCODED) {
            return bytes(length(first));
        }
        return switch (first & 0x3F) {
            case 0 -> decimal((byte) u8());
            case 1 -> decimal((short) little(Short.BYTES));
            case 2 -> decimal(little(Integer.BYTES) << Integer.SIZE >> Integer.SIZE);
            case 3 -> {
                long compressed = count();
                long length = count();
                byte[] bytes = bytes(compressed);
                if (length > longest) {
                    isTooLong = true;
                }
                if (isTooLong) {
                    yield NOTHING;
                }
                spend(length);
                yield Lzf.expand(bytes, length);
            }
            default -> throw new RdbException("there is no string that begins with " + first);
        };
    }

    static byte[] decimal(long number) {
        return Long.toString(number).getBytes(StandardCharsets.US_ASCII);
    }

    /** So many bytes were taken of what may be. */
    void spend(long bytes) throws RdbException {
        budget -= bytes;
        if (budget < 0) {
            throw new RdbException("its strings are longer than can be taken at once");
        }
    }

    /** So many bytes as they are. What is declared and does not come costs no memory. */
    byte[] bytes(long count) throws IOException {
        if (count < 0) {
            throw new RdbException("a length must be >= 0 but is " + count);
        }
        if (count > longest) {
            isTooLong = true;
            skip(count);
            return NOTHING;
        }
        spend(count);
        byte[] bytes = new byte[(int) Math.min(count, PIECE)];
        int read = 0;
        while (read < count) {
            if (read == bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(count, bytes.length * 2L));
            }
            int some = in.read(bytes, read, bytes.length - read);
            if (some < 0) {
                throw cutOff();
            }
            read += some;
            position += some;
        }
        return bytes;
    }

    void skip(long count) throws IOException {
        long left = count;
        while (left > 0) {
            long some = in.skip(left);
            if (some <= 0) {
                u8();
                some = 1;
                position--;
            }
            left -= some;
            position += some;
        }
    }
}
