package dev.larder.protocol.bytes;

import org.jspecify.annotations.Nullable;

/**
 * The array into which all connections of one event loop read, one after the other. Thanks to it a connection that waits
 * for nothing in particular holds no memory. Confined to the loop's thread; one {@link InputBuffer} uses it at a time.
 */
public final class Scratch {
    /** What one read takes at most, if nothing else is said. */
    public static final int DEFAULT_BYTES = 64 << 10;

    private static final int MIN_BYTES = 2 * InputBuffer.CARRIED_BYTES;

    private final byte[] array;
    private @Nullable InputBuffer user;

    /** One of {@link #DEFAULT_BYTES}. */
    public Scratch() {
        this(DEFAULT_BYTES);
    }

    /** One of {@code bytes} bytes; throws {@link IllegalArgumentException} for fewer than 8 KiB. */
    public Scratch(int bytes) {
        if (bytes < MIN_BYTES) {
            throw new IllegalArgumentException("a scratch needs at least " + MIN_BYTES + " bytes but got " + bytes);
        }
        this.array = new byte[bytes];
    }

    byte[] array() {
        return array;
    }

    void lendTo(InputBuffer buffer) {
        if (user != null && user != buffer) {
            throw new IllegalStateException("another connection's bytes are in the scratch: park that one first");
        }
        user = buffer;
    }

    void free() {
        user = null;
    }
}
