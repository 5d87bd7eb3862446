package dev.larder.codec;

/**
 * Turns keys into text and back, so that equal keys have equal text and different keys different text, in every process
 * and version. Thread-safe.
 *
 * @param <K> the type of keys
 */
public interface KeyCodec<K> {
    /** The text of {@code key}; never empty. */
    String encode(K key);

    /** The key whose text this is; throws {@link IllegalArgumentException} for text that {@link #encode} never gives. */
    K decode(String text);
}
