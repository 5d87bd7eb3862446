package dev.larder.tier;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Makes tokens: 128 random bits in hex, never a counter, never used twice. Thread-safe. */
public final class Tokens {
    private static final SecureRandom RANDOM = new SecureRandom();

    private Tokens() {}

    public static String next() {
        byte[] bits = new byte[16];
        RANDOM.nextBytes(bits);
        return HexFormat.of().formatHex(bits);
    }
}
