package dev.larder.server.warm;

import dev.larder.server.config.MemorySize;
import dev.larder.server.config.WrongValueException;

/**
 * So many keys, or so many bytes of values, at most; {@link Long#MAX_VALUE} where one is not bounded.
 *
 * @param keys at least 1
 * @param bytes at least 1
 */
public record Bound(long keys, long bytes) {
    /** No bound. */
    public static final Bound NONE = new Bound(Long.MAX_VALUE, Long.MAX_VALUE);

    /**
     * A number of keys such as {@code 5000}, or a size with its unit such as {@code 100mb}. Throws {@link
     * IllegalArgumentException} for anything else.
     */
    public static Bound parse(String text) {
        try {
            long number = MemorySize.parse(text);
            if (number < 1) {
                throw new IllegalArgumentException(text);
            }
            boolean isKeys = Character.digit(text.charAt(text.length() - 1), 10) >= 0;
            return isKeys ? new Bound(number, Long.MAX_VALUE) : new Bound(Long.MAX_VALUE, number);
        } catch (WrongValueException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
