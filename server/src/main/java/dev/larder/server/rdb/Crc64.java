package dev.larder.server.rdb;

/** The sum that Redis uses: CRC-64 by Jones, reflected, from 0 on. Pure. */
public final class Crc64 {
    private static final long POLYNOMIAL = 0x95AC9329AC4BC9B5L;
    private static final int BYTE_VALUES = 256;
    private static final long[] TABLE = new long[BYTE_VALUES];

    static {
        for (int i = 0; i < BYTE_VALUES; i++) {
            long sum = i;
            for (int bit = 0; bit < Byte.SIZE; bit++) {
                sum = (sum & 1) == 1 ? sum >>> 1 ^ POLYNOMIAL : sum >>> 1;
            }
            TABLE[i] = sum;
        }
    }

    private Crc64() {}

    /** The sum of what came before, and of these bytes. */
    public static long of(long before, byte[] bytes, int from, int count) {
        long sum = before;
        for (int i = from; i < from + count; i++) {
            sum = TABLE[(int) (sum ^ bytes[i]) & (BYTE_VALUES - 1)] ^ sum >>> Byte.SIZE;
        }
        return sum;
    }
}
