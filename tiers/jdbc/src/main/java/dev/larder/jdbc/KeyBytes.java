package dev.larder.jdbc;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Text as the database keeps it: bytes, so that no collation takes two keys for one. Pure.
 *
 * <p>They are the text's UTF-8. A text with half a surrogate pair has none; then they are {@code 0xFF}, which begins no
 * UTF-8, and the text's chars of two bytes each. So different texts always have different bytes.
 */
final class KeyBytes {
    /** The longest key, in bytes. */
    static final int MAX_BYTES = 65_536;

    private static final byte CHARS = (byte) 0xFF;

    private KeyBytes() {}

    /** The bytes of {@code text}; throws {@link IllegalArgumentException} where there are too many. */
    static byte[] of(String text) {
        byte[] bytes = encode(text);
        if (bytes.length > MAX_BYTES) {
            throw new IllegalArgumentException(
                    "a key must have at most " + MAX_BYTES + " bytes in a SQL tier but had " + bytes.length);
        }
        return bytes;
    }

    /** The text of {@code bytes}; throws {@link IllegalArgumentException} for bytes that {@link #of} does not make. */
    static String text(byte[] bytes) {
        if (bytes.length > 0 && bytes[0] == CHARS) {
            if (bytes.length % 2 == 0) {
                throw new IllegalArgumentException("half a char at the end of a key");
            }
            CharBuffer chars =
                    ByteBuffer.wrap(bytes, 1, bytes.length - 1).slice().asCharBuffer();
            return chars.toString();
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("a key that is no UTF-8", e);
        }
    }

    /** SHA-256: what stands for long bytes in a primary key. */
    static byte[] hash(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static byte[] encode(String text) {
        try {
            ByteBuffer utf8 = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            byte[] bytes = new byte[utf8.remaining()];
            utf8.get(bytes);
            return bytes;
        } catch (CharacterCodingException halfAPair) {
            ByteBuffer bytes = ByteBuffer.allocate(1 + 2 * text.length());
            bytes.put(CHARS);
            text.chars().forEach(each -> bytes.putChar((char) each));
            return bytes.array();
        }
    }
}
