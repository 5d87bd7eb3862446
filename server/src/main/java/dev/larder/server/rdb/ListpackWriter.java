package dev.larder.server.rdb;

import dev.larder.protocol.bytes.ByteSink;
import java.util.Arrays;

/** Writes a list pack: elements one after the other, each with its length behind it. Confined to one thread. */
final class ListpackWriter {
    private static final int HEAD = 6;
    private static final int KEPT = 256;
    private static final int MOST_COUNTED = 0xFFFF;
    private static final int END = 0xFF;
    private static final int SHORT_TEXT = 1 << 6;
    private static final int TEXT = 1 << 12;

    private final ByteSink out = new ByteSink(KEPT);
    private long count;

    /** Bytes so far. */
    int length() {
        return HEAD + out.length();
    }

    void add(long number) {
        int from = out.length();
        if (number >= 0 && number < 1 << 7) {
            u8(number);
        } else if (number == (short) number) {
            u8(0xF1);
            little(number, Short.BYTES);
        } else if (number == (int) number) {
            u8(0xF3);
            little(number, Integer.BYTES);
        } else {
            u8(0xF4);
            little(number, Long.BYTES);
        }
        end(from);
    }

    void add(byte[] array, int offset, int length) {
        int from = out.length();
        if (length < SHORT_TEXT) {
            u8(0x80 | length);
        } else if (length < TEXT) {
            u8(0xE0 | (length >>> Byte.SIZE));
            u8(length);
        } else {
            u8(0xF0);
            little(length, Integer.BYTES);
        }
        out.put(array, offset, length);
        end(from);
    }

    /** Seven bits to a byte, the highest first; all but the first one are marked. */
    private void end(int from) {
        int length = out.length() - from;
        int groups = 1;
        while (length >>> (7 * groups) != 0) {
            groups++;
        }
        for (int i = groups - 1; i >= 0; i--) {
            u8(((length >>> (7 * i)) & 0x7F) | (i == groups - 1 ? 0 : 0x80));
        }
        count++;
    }

    private void little(long number, int bytes) {
        for (int i = 0; i < bytes; i++) {
            u8(number >>> (Byte.SIZE * i));
        }
    }

    private void u8(long number) {
        out.put((byte) number);
    }

    /** All of it. */
    byte[] bytes() {
        byte[] elements = Arrays.copyOf(out.array(), out.length());
        int total = HEAD + elements.length + 1;
        ByteSink whole = new ByteSink(total);
        for (int i = 0; i < Integer.BYTES; i++) {
            whole.put((byte) (total >>> (Byte.SIZE * i)));
        }
        long counted = Math.min(count, MOST_COUNTED);
        whole.put((byte) counted);
        whole.put((byte) (counted >>> Byte.SIZE));
        whole.put(elements, 0, elements.length);
        whole.put((byte) END);
        return Arrays.copyOf(whole.array(), whole.length());
    }
}
