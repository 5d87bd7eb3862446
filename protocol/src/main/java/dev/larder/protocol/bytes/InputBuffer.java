package dev.larder.protocol.bytes;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What came from one connection and is not consumed yet. Confined to one thread.
 *
 * <p>Who reads the socket asks for {@link #target()}, puts up to {@link #room()} bytes at {@link #targetOffset()} and says
 * how many with {@link #filled}. The parser then takes messages out of {@link #array()} in place.
 *
 * <pre>
 *   the loop's scratch   [ carried │ just read .......... │      ]   usual: nothing is copied
 *   an array of its own  [ start of a long message │ read │      ]   while a message of more than 4 KiB is incomplete
 *   the large value      [ ......... │ room             ]            while a value of more than 32 KiB is incomplete
 * </pre>
 *
 * Between reads ({@link #park()}) the beginning of a message waits in an array of its own, and goes back to the front of
 * the scratch at the next read if it is short. So bytes of a message are copied twice at most while it grows in the
 * scratch, and once per doubling in an array of its own.
 *
 * <p>A large value that is not there yet as a whole gets an array to itself, into which the socket is read directly. No
 * array is made for a length that was only announced: it has room for four times what has come (64 KiB at least), up to
 * the announced length, which moves a byte a third of a time on average.
 */
public final class InputBuffer {
    /** A value longer than this may get an array of its own. */
    public static final int LARGE_BYTES = 32 << 10;

    static final int CARRIED_BYTES = 4 << 10;

    private static final int FIRST_OWN_BYTES = 16 << 10;
    private static final int FIRST_LARGE_BYTES = 64 << 10;
    private static final int GROWTH = 4;
    private static final int MAX_ARRAY = Integer.MAX_VALUE - 64;
    private static final byte[] NONE = {};

    private final Scratch scratch;
    private byte[] array = NONE;
    private boolean isInScratch;
    private int start;
    private int end;
    private byte @Nullable [] large;
    private int largeLength;
    private int largeFilled;

    public InputBuffer(Scratch scratch) {
        this.scratch = scratch;
    }

    // ---- for who reads the socket

    /**
     * The array to read into. Ask again for each read; no message taken before is valid after this. Throws {@link
     * IllegalStateException} while another connection uses the scratch.
     */
    public byte[] target() {
        byte[] value = large;
        if (value != null && largeFilled < largeLength) {
            if (largeFilled == value.length) {
                value = Arrays.copyOf(value, capacity(value.length));
                large = value;
            }
            return value;
        }
        if (!isInScratch) {
            if (end - start <= CARRIED_BYTES) {
                scratch.lendTo(this);
                move(scratch.array());
                isInScratch = true;
            } else if (end == array.length) {
                move(new byte[longer(end - start)]);
            }
        } else if (end == array.length) {
            if (end - start <= CARRIED_BYTES) {
                move(array);
            } else {
                leaveScratch();
                return target();
            }
        }
        return array;
    }

    /** Where in {@link #target()} to put the next byte. */
    public int targetOffset() {
        return isFillingLarge() ? largeFilled : end;
    }

    /** How many bytes {@link #target()} takes now, at least one. */
    public int room() {
        byte[] value = large;
        return value != null && isFillingLarge() ? value.length - largeFilled : array.length - end;
    }

    /** {@code count} bytes were put into {@link #target()}. */
    public void filled(int count) {
        if (count < 0 || count > room()) {
            throw new IllegalArgumentException("room was " + room() + " bytes but " + count + " were put");
        }
        if (isFillingLarge()) {
            largeFilled += count;
        } else {
            end += count;
        }
    }

    /** Takes as many bytes of {@code in} as there is room for; how many. Not all of them need be taken at once. */
    public int take(ByteBuffer in) {
        byte[] target = target();
        int count = Math.min(in.remaining(), room());
        in.get(target, targetOffset(), count);
        filled(count);
        return count;
    }

    /** Clears the scratch for other connections: what is left of an incomplete message moves to an array of its own. */
    public void park() {
        if (isInScratch) {
            leaveScratch();
        } else if (start == end) {
            array = NONE;
            start = 0;
            end = 0;
        } else if (start > 0) {
            int length = end - start;
            boolean tooBig = array.length > FIRST_OWN_BYTES && length < array.length / GROWTH;
            move(tooBig ? new byte[longer(length)] : array);
        }
    }

    /** How many bytes of memory it holds by itself, the scratch aside. */
    public int heldBytes() {
        byte[] value = large;
        return (isInScratch ? 0 : array.length) + (value == null ? 0 : value.length);
    }

    // ---- for parsers

    /** Holds the unconsumed bytes from {@link #start()} to {@link #end()}. Changes with {@link #target} and {@link #park}. */
    public byte[] array() {
        return array;
    }

    /** Where the first unconsumed byte is. */
    public int start() {
        return start;
    }

    /** Behind the last byte that came. */
    public int end() {
        return end;
    }

    /** The first {@code count} bytes are used up. */
    public void consume(int count) {
        start += count;
    }

    /**
     * The {@code length} bytes from {@code start() + at} on are a value of which not all has come: from now on what comes
     * goes to its array, until it is full. What follows it will be at {@code start() + at}.
     */
    public void beginLarge(int at, int length) {
        int from = start + at;
        int have = end - from;
        largeLength = length;
        byte[] value = new byte[capacity(have)];
        System.arraycopy(array, from, value, 0, have);
        large = value;
        largeFilled = have;
        end = from;
    }

    /** The large value, or null where it is not all there. It is the caller's from now on. */
    public byte @Nullable [] endLarge() {
        byte[] value = large;
        if (value == null || largeFilled < largeLength) {
            return null;
        }
        large = null;
        return value;
    }

    /** Forgets everything. */
    public void clear() {
        large = null;
        start = 0;
        end = 0;
        if (isInScratch) {
            isInScratch = false;
            scratch.free();
        }
        array = NONE;
    }

    private boolean isFillingLarge() {
        return large != null && largeFilled < largeLength;
    }

    private int capacity(int have) {
        return (int) Math.min(largeLength, Math.max(FIRST_LARGE_BYTES, (long) GROWTH * have));
    }

    private static int longer(int bytes) {
        return (int) Math.min(MAX_ARRAY, Math.max(FIRST_OWN_BYTES, 2L * bytes));
    }

    private void leaveScratch() {
        int length = end - start;
        move(length == 0 ? NONE : new byte[length > CARRIED_BYTES ? longer(length) : length]);
        isInScratch = false;
        scratch.free();
    }

    private void move(byte[] to) {
        int length = end - start;
        System.arraycopy(array, start, to, 0, length);
        array = to;
        start = 0;
        end = length;
    }
}
