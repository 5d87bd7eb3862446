package dev.larder.memcached;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * What stands before the body of an item that replaced one found to be old or untrue: the CAS numbers that the item had
 * before. A holder of the lease, whose fence is such a number, may still store: nobody invalidated anything. Pure.
 *
 * <pre>
 *  'R' (1), number n of CAS numbers (1), CAS numbers (8 each), the body: nothing, or a value
 * </pre>
 */
final class Retired {
    /** No more: a lease that is older than so many of them stores nothing. */
    static final int MOST = 8;

    private static final byte MARK = 'R';
    private static final int HEAD = 2;
    private static final byte[] NOTHING = {};

    private Retired() {}

    /** {@code body} in the stead of {@code before}, whose item had the number {@code cas}. */
    static byte[] replacing(byte[] before, long cas, byte[] body) {
        byte[] numbers = numbers(before);
        int kept = Math.min(numbers.length, (MOST - 1) * Long.BYTES);
        ByteBuffer out = ByteBuffer.allocate(Math.addExact(HEAD + kept + Long.BYTES, body.length));
        out.put(MARK).put((byte) (kept / Long.BYTES + 1)).putLong(cas);
        return out.put(numbers, 0, kept).put(body).array();
    }

    /** Whether {@code bytes} are in the stead of what had the number {@code cas}. */
    static boolean had(byte[] bytes, long cas) {
        ByteBuffer numbers = ByteBuffer.wrap(numbers(bytes));
        while (numbers.hasRemaining()) {
            if (numbers.getLong() == cas) {
                return true;
            }
        }
        return false;
    }

    /** The body behind the numbers; {@code bytes} themselves where there are none. */
    static byte[] body(byte[] bytes) {
        int head = headBytes(bytes);
        return head == 0 ? bytes : Arrays.copyOfRange(bytes, head, bytes.length);
    }

    private static byte[] numbers(byte[] bytes) {
        int head = headBytes(bytes);
        return head == 0 ? NOTHING : Arrays.copyOfRange(bytes, HEAD, head);
    }

    /** How many bytes stand before the body. */
    private static int headBytes(byte[] bytes) {
        if (bytes.length < HEAD || bytes[0] != MARK) {
            return 0;
        }
        int head = HEAD + Long.BYTES * bytes[1];
        return bytes[1] > 0 && head <= bytes.length ? head : 0;
    }
}
