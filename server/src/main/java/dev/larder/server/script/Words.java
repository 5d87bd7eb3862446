package dev.larder.server.script;

import dev.larder.protocol.resp.Arguments;
import java.util.Arrays;

/** The words of a command that a script calls. Used again and again; confined to one thread. */
public final class Words {
    private static final int FIRST_BYTES = 256;
    private static final int KEPT_BYTES = 64 << 10;

    private byte[] bytes = new byte[FIRST_BYTES];
    private int length;
    private int[] lengths = new int[16];
    private int count;

    void clear() {
        length = 0;
        count = 0;
        if (bytes.length > KEPT_BYTES) {
            bytes = new byte[FIRST_BYTES];
        }
    }

    void add(byte[] from, int offset, int size) {
        if (bytes.length - length < size) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, Math.addExact(length, size)));
        }
        System.arraycopy(from, offset, bytes, length, size);
        length += size;
        if (count == lengths.length) {
            lengths = Arrays.copyOf(lengths, 2 * count);
        }
        lengths[count++] = size;
    }

    /** How many there are. */
    public int count() {
        return count;
    }

    /** The words as a request; true until the next command is called. */
    public Arguments arguments() {
        return Arguments.of(bytes, lengths, count);
    }
}
