package dev.larder.protocol.memcached;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The key of an item: 1 to {@value #MAX_BYTES} bytes, none of them a space or a control character. Immutable.
 *
 * <p>Keys are bytes. {@link #of(String)} takes text as UTF-8.
 */
public final class Key {
    /** The longest key that Memcached takes. */
    public static final int MAX_BYTES = 250;

    private static final int SPACE = ' ';
    private static final int DELETE = 0x7F;

    private final byte[] bytes;

    private Key(byte[] bytes) {
        this.bytes = bytes;
    }

    /** The key {@code text}; throws {@link IllegalArgumentException} where Memcached would not take it. */
    public static Key of(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length == 0 || bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "a key of Memcached must have 1 to " + MAX_BYTES + " bytes but had " + bytes.length);
        }
        for (byte each : bytes) {
            int value = each & 0xFF;
            if (value <= SPACE || value == DELETE) {
                throw new IllegalArgumentException(
                        "a key of Memcached must have no space and no control character but has byte " + value);
            }
        }
        return new Key(bytes);
    }

    /** A copy of its bytes. */
    public byte[] bytes() {
        return bytes.clone();
    }

    /** How many bytes it has. */
    public int length() {
        return bytes.length;
    }

    /** Its own bytes, for this package only. */
    byte[] shared() {
        return bytes;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Key key && Arrays.equals(bytes, key.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
