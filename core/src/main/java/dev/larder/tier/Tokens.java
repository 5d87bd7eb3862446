package dev.larder.tier;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Makes what must never be mistaken for what was there before. Thread-safe. */
public final class Tokens {
    private static final SecureRandom RANDOM = new SecureRandom();

    private Tokens() {}

    /** A token: 128 random bits in hex, never a counter, never used twice. */
    public static String next() {
        byte[] bits = new byte[16];
        RANDOM.nextBytes(bits);
        return HexFormat.of().formatHex(bits);
    }

    /** Where a tag clock begins: a random epoch, see {@link TagReading#isSameEpoch}, and a count of zero. */
    public static long clock() {
        return (long) (1 + RANDOM.nextInt(Integer.MAX_VALUE)) << TagReading.COUNT_BITS;
    }
}
