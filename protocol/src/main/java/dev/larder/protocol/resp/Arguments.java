package dev.larder.protocol.resp;

import dev.larder.protocol.bytes.Ascii;
import dev.larder.protocol.bytes.InputBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The words of one request, the command's name first: slices of the connection's bytes. One object serves all requests of
 * a connection: what it says is true until its parser is asked for the next one. Confined to one thread. Indices are not
 * checked beyond what arrays check.
 */
public final class Arguments {
    private static final int FIRST_SLOTS = 16;
    private static final int KEPT_SLOTS = 1 << 10;
    private static final int SLOT_BYTES = 8;
    private static final byte[] NONE = {};
    private static final byte[] POST = Ascii.bytes("post");
    private static final byte[] HOST = Ascii.bytes("host:");

    private int count;
    private int[] starts = new int[FIRST_SLOTS];
    private int[] lengths = new int[FIRST_SLOTS];
    private byte @Nullable [][] large;
    private int largeBytes;
    private byte[] array = NONE;
    private int origin;

    Arguments() {}

    /** {@code count} words that lie one behind the other in {@code bytes}, which must stay as it is meanwhile. */
    public static Arguments of(byte[] bytes, int[] lengths, int count) {
        Arguments all = new Arguments();
        int at = 0;
        for (int i = 0; i < count; i++) {
            all.add(at, lengths[i]);
            at += lengths[i];
        }
        all.complete(bytes, 0);
        return all;
    }

    /** How many there are; at least one. */
    public int count() {
        return count;
    }

    /** The array that argument {@code index} is in. It must not be changed. */
    public byte[] array(int index) {
        return large == null ? array : arrayAmongLarge(index);
    }

    /** Where in its array argument {@code index} begins. */
    public int offset(int index) {
        return origin + starts[index];
    }

    /** How many bytes argument {@code index} has. */
    public int length(int index) {
        return lengths[index];
    }

    /**
     * Whether argument {@code index} is an array as a whole, which nobody else will use: the receiver may keep it instead of
     * copying it. Some of those longer than {@value InputBuffer#LARGE_BYTES} bytes are.
     */
    public boolean isOwnArray(int index) {
        byte[][] owned = large;
        return owned != null && index < owned.length && owned[index] != null;
    }

    /** A copy of argument {@code index}. */
    public byte[] copy(int index) {
        int offset = offset(index);
        return Arrays.copyOfRange(array(index), offset, offset + lengths[index]);
    }

    /** The same words in memory of their own, which stay true whatever becomes of the connection. */
    public Arguments detached() {
        int bytes = 0;
        for (int i = 0; i < count; i++) {
            bytes += lengths[i];
        }
        Arguments copy = new Arguments();
        byte[] own = new byte[bytes];
        int at = 0;
        for (int i = 0; i < count; i++) {
            System.arraycopy(array(i), offset(i), own, at, lengths[i]);
            copy.add(at, lengths[i]);
            at += lengths[i];
        }
        copy.complete(own, 0);
        return copy;
    }

    /** Argument {@code index} as text, for messages and rare words; bytes that are no UTF-8 are replaced. */
    public String text(int index) {
        return new String(array(index), offset(index), lengths[index], StandardCharsets.UTF_8);
    }

    /** {@link Ascii#word} of argument {@code index}: what to switch on. */
    public long word(int index) {
        return Ascii.word(array(index), offset(index), lengths[index]);
    }

    /** {@link Ascii#hashIgnoreCase} of argument {@code index}. */
    public int hashIgnoreCase(int index) {
        return Ascii.hashIgnoreCase(array(index), offset(index), lengths[index]);
    }

    /** Whether argument {@code index} is {@code lower}, which is in lower case, whatever the case of its own letters. */
    public boolean equalsIgnoreCase(int index, byte[] lower) {
        return Ascii.equalsIgnoreCase(array(index), offset(index), lengths[index], lower);
    }

    /** Whether argument {@code index} is a number of 64 bits as Redis takes it ({@link Ascii#isLong}). */
    public boolean isLong(int index) {
        return Ascii.isLong(array(index), offset(index), lengths[index]);
    }

    /** The number that argument {@code index} is, if {@link #isLong} is true of it. */
    public long toLong(int index) {
        return Ascii.toLong(array(index), offset(index), lengths[index]);
    }

    /**
     * Whether this is the first line of an HTTP request, or its header {@code Host:}: a browser that was led here. Redis
     * hangs up on it without a word and logs it.
     */
    public boolean isHttp() {
        return equalsIgnoreCase(0, POST) || equalsIgnoreCase(0, HOST);
    }

    // ---- for the parser

    void add(int start, int length) {
        if (count == starts.length) {
            starts = Arrays.copyOf(starts, 2 * count);
            lengths = Arrays.copyOf(lengths, 2 * count);
        }
        starts[count] = start;
        lengths[count++] = length;
    }

    void addLarge(byte[] value) {
        byte[][] all = large == null ? new byte[FIRST_SLOTS][] : large;
        if (count >= all.length) {
            all = Arrays.copyOf(all, Math.max(2 * all.length, count + 1));
        }
        all[count] = value;
        large = all;
        largeBytes += value.length;
        add(0, value.length);
    }

    /** All are there: they are in {@code bytes}, the first byte of the request at {@code start}. */
    void complete(byte[] bytes, int start) {
        array = bytes;
        origin = start;
        byte[][] all = large;
        if (all != null) {
            for (int i = 0; i < Math.min(count, all.length); i++) {
                if (all[i] != null) {
                    starts[i] = -start;
                }
            }
        }
    }

    void clear() {
        count = 0;
        if (large != null) {
            large = null;
            largeBytes = 0;
        }
        if (starts.length > KEPT_SLOTS) {
            starts = new int[FIRST_SLOTS];
            lengths = new int[FIRST_SLOTS];
        }
    }

    /** What it holds of memory for an incomplete request. */
    int heldBytes() {
        return largeBytes + SLOT_BYTES * count;
    }

    private byte[] arrayAmongLarge(int index) {
        byte[][] all = large;
        return all != null && index < all.length && all[index] != null ? all[index] : array;
    }
}
