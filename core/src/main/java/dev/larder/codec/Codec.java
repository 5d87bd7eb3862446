package dev.larder.codec;

/**
 * Turns values of one type into bytes and back. Thread-safe. Neither side keeps the array.
 *
 * @param <V> the type of values
 */
public interface Codec<V> {
    /** A short name, written beside every value: bytes of another codec are a miss, never a guess. ASCII, 1…32 long. */
    String name();

    /** The bytes of {@code value}, which is never null. */
    byte[] encode(V value);

    /**
     * The value in {@code bytes[offset…offset + length)}.
     *
     * @throws RuntimeException whatever is wrong with the bytes; the entry is counted as unreadable and treated as a miss
     */
    V decode(byte[] bytes, int offset, int length);
}
