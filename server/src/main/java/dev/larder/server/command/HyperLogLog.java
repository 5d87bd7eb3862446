package dev.larder.server.command;

import dev.larder.protocol.bytes.Ascii;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Counts different things roughly, in the bytes that Redis has for it: a string of either form can be taken from one and
 * given to the other. With 16,384 registers the error is 0.81 % (Flajolet et al. 2007; estimated as by Ertl 2017).
 *
 * <pre>{@code
 *  ┌ "HYLL" 4 ┐ form 1 ┐ unused 3 ┐ count 8, its highest bit set where it is out of date ┐ registers
 *  dense    6 bits each, the lowest bits of a byte first
 *  sparse   00nnnnnn: n + 1 zeros │ 01nnnnnn nnnnnnnn: n + 1 zeros │ 1vvvvvnn: n + 1 times v + 1
 * }</pre>
 *
 * Confined to one thread.
 */
final class HyperLogLog {
    static final int COUNT_AT = 8;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final byte[] MAGIC = Ascii.bytes("HYLL");
    private static final int HEAD = 16;
    private static final int FORM = 4;
    private static final int DENSE = 0;
    private static final int SPARSE = 1;
    private static final int INDEX_BITS = 14;
    private static final int REGISTERS = 1 << INDEX_BITS;
    private static final int VALUE_BITS = 64 - INDEX_BITS;
    private static final int BITS = 6;
    private static final int DENSE_BYTES = HEAD + REGISTERS * BITS / 8;
    private static final int MOST_SPARSE_BYTES = 3_000;
    private static final int MOST_SPARSE_VALUE = 32;
    private static final int MOST_ZEROS = 64;
    private static final int MOST_EQUAL = 4;
    private static final double ALPHA = 0.7213475204444817;
    private static final long SEED = 0xadc83b19L;
    private static final long FACTOR = 0xc6a4a7935bd1e995L;
    private static final String NO_SKETCH = "WRONGTYPE Key is not a valid HyperLogLog string value.";
    private static final String DAMAGED = "INVALIDOBJ Corrupted HLL object detected";

    private final byte[] registers = new byte[REGISTERS];
    private boolean isDense;

    /** An empty one, in the sparse form. */
    HyperLogLog() {}

    /** Of a string; complains where it is none. */
    static HyperLogLog of(byte[] bytes) {
        HyperLogLog found = new HyperLogLog();
        found.isDense = isDense(bytes);
        if (found.isDense) {
            found.readDense(bytes);
        } else {
            found.readSparse(bytes);
        }
        return found;
    }

    private static boolean isDense(byte[] bytes) {
        boolean isSketch = bytes.length >= HEAD && Arrays.equals(bytes, 0, MAGIC.length, MAGIC, 0, MAGIC.length);
        boolean isDense = isSketch && bytes[FORM] == DENSE;
        if (!isSketch || (!isDense && bytes[FORM] != SPARSE) || (isDense && bytes.length != DENSE_BYTES)) {
            throw new Complaint(NO_SKETCH);
        }
        return isDense;
    }

    private void readDense(byte[] bytes) {
        for (int i = 0; i < REGISTERS; i++) {
            int bit = i * BITS;
            int at = HEAD + bit / 8;
            int shift = bit & 7;
            int low = (bytes[at] & 0xFF) >>> shift;
            int high = shift > 8 - BITS ? (bytes[at + 1] & 0xFF) << (8 - shift) : 0;
            registers[i] = (byte) ((low | high) & ((1 << BITS) - 1));
        }
    }

    private void readSparse(byte[] bytes) {
        int register = 0;
        for (int at = HEAD; at < bytes.length; at++) {
            int code = bytes[at] & 0xFF;
            int value = 0;
            int run;
            if (code >= 0x80) {
                value = ((code >>> 2) & 31) + 1;
                run = (code & 3) + 1;
            } else if (code < 0x40) {
                run = code + 1;
            } else if (++at < bytes.length) {
                run = (((code & 0x3F) << 8) | (bytes[at] & 0xFF)) + 1;
            } else {
                throw new Complaint(DAMAGED);
            }
            if (register + run > REGISTERS) {
                throw new Complaint(DAMAGED);
            }
            Arrays.fill(registers, register, register + run, (byte) value);
            register += run;
        }
        if (register != REGISTERS) {
            throw new Complaint(DAMAGED);
        }
    }

    /** The count that a string of either form keeps, or -1 where it is out of date. Complains where it is none. */
    static long keptCount(byte[] bytes) {
        isDense(bytes);
        return Math.max(-1, (long) LONG.get(bytes, COUNT_AT));
    }

    /** A count as the eight bytes at {@link #COUNT_AT}. */
    static byte[] countBytes(long count) {
        byte[] bytes = new byte[Long.BYTES];
        LONG.set(bytes, 0, count);
        return bytes;
    }

    /** Adds something; whether that changes a register. */
    boolean add(byte[] array, int offset, int length) {
        long hash = murmur(array, offset, length);
        int register = (int) hash & (REGISTERS - 1);
        long rest = (hash >>> INDEX_BITS) | (1L << VALUE_BITS);
        int value = Long.numberOfTrailingZeros(rest) + 1;
        boolean isMore = value > registers[register];
        if (isMore) {
            registers[register] = (byte) value;
        }
        return isMore;
    }

    /** Adds all that another one has seen; dense if the other is. */
    void addAll(HyperLogLog other) {
        for (int i = 0; i < REGISTERS; i++) {
            registers[i] = (byte) Math.max(registers[i], other.registers[i]);
        }
        isDense |= other.isDense;
    }

    /** About how many different things there were. */
    long count() {
        int[] histogram = new int[1 << BITS];
        for (byte value : registers) {
            histogram[value]++;
        }
        double all = REGISTERS;
        double sum = all * tau((all - histogram[VALUE_BITS + 1]) / all);
        for (int value = VALUE_BITS; value >= 1; value--) {
            sum = (sum + histogram[value]) * 0.5;
        }
        sum += all * sigma(histogram[0] / all);
        return Math.round(ALPHA * all * all / sum);
    }

    private static double sigma(double share) {
        if (share == 1) {
            return Double.POSITIVE_INFINITY;
        }
        double power = share;
        double factor = 1;
        double sum = share;
        double before;
        do {
            power *= power;
            before = sum;
            sum += power * factor;
            factor += factor;
        } while (before != sum);
        return sum;
    }

    private static double tau(double share) {
        if (share == 0 || share == 1) {
            return 0;
        }
        double root = share;
        double factor = 1;
        double sum = 1 - share;
        double before;
        do {
            root = Math.sqrt(root);
            before = sum;
            factor *= 0.5;
            sum -= (1 - root) * (1 - root) * factor;
        } while (before != sum);
        return sum / 3;
    }

    // As bytes.

    /** As a string: sparse as long as that is short. Its count is that of nothing, or out of date. */
    byte[] bytes(boolean isEmpty) {
        byte[] sparse = isDense ? null : sparse();
        isDense = sparse == null;
        byte[] bytes = sparse == null ? dense() : sparse;
        System.arraycopy(MAGIC, 0, bytes, 0, MAGIC.length);
        bytes[FORM] = (byte) (isDense ? DENSE : SPARSE);
        LONG.set(bytes, COUNT_AT, isEmpty ? 0 : Long.MIN_VALUE);
        return bytes;
    }

    private byte[] dense() {
        byte[] bytes = new byte[DENSE_BYTES];
        for (int i = 0; i < REGISTERS; i++) {
            int bit = i * BITS;
            int at = HEAD + bit / 8;
            int shift = bit & 7;
            bytes[at] |= (byte) (registers[i] << shift);
            if (shift > 8 - BITS) {
                bytes[at + 1] |= (byte) (registers[i] >>> (8 - shift));
            }
        }
        return bytes;
    }

    /** The sparse form, or null where that would be too long or a register is too high for it. */
    private byte @Nullable [] sparse() {
        byte[] bytes = new byte[HEAD + MOST_SPARSE_BYTES + 2];
        int at = HEAD;
        int register = 0;
        while (register < REGISTERS && at <= HEAD + MOST_SPARSE_BYTES) {
            int value = registers[register];
            int end = register + 1;
            int most = value == 0 ? REGISTERS : register + MOST_EQUAL;
            while (end < Math.min(most, REGISTERS) && registers[end] == value) {
                end++;
            }
            int run = end - register - 1;
            if (value > MOST_SPARSE_VALUE) {
                return null;
            }
            if (value > 0) {
                bytes[at++] = (byte) (0x80 | (value - 1) << 2 | run);
            } else if (run < MOST_ZEROS) {
                bytes[at++] = (byte) run;
            } else {
                bytes[at++] = (byte) (0x40 | run >>> 8);
                bytes[at++] = (byte) run;
            }
            register = end;
        }
        return register < REGISTERS || at > HEAD + MOST_SPARSE_BYTES ? null : Arrays.copyOf(bytes, at);
    }

    /** MurmurHash64A. */
    private static long murmur(byte[] array, int offset, int length) {
        long hash = SEED ^ length * FACTOR;
        int at = offset;
        for (; at + Long.BYTES <= offset + length; at += Long.BYTES) {
            long part = (long) LONG.get(array, at) * FACTOR;
            part = (part ^ part >>> 47) * FACTOR;
            hash = (hash ^ part) * FACTOR;
        }
        if (at < offset + length) {
            long rest = 0;
            for (int i = offset + length - 1; i >= at; i--) {
                rest = rest << 8 | (array[i] & 0xFF);
            }
            hash = (hash ^ rest) * FACTOR;
        }
        hash = (hash ^ hash >>> 47) * FACTOR;
        return hash ^ hash >>> 47;
    }
}
