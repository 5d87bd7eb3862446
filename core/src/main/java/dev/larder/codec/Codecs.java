package dev.larder.codec;

import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Codecs of types that need no library. All are thread-safe. */
public final class Codecs {
    private Codecs() {}

    /** Text as UTF-8. Text that UTF-8 cannot carry, with half a surrogate pair, is refused. */
    public static Codec<String> text() {
        return new Plain<>("text", Codecs::utf8, Codecs::text);
    }

    /** Bytes as they are. */
    public static Codec<byte[]> bytes() {
        return new Plain<>("bytes", byte[]::clone, Codecs::copied);
    }

    /** Eight bytes, the highest first. */
    public static Codec<Long> longs() {
        return new Plain<>(
                "long",
                value -> ByteBuffer.allocate(Long.BYTES).putLong(value).array(),
                bytes -> exactly(bytes, Long.BYTES).getLong());
    }

    /** Four bytes, the highest first. */
    public static Codec<Integer> integers() {
        return new Plain<>(
                "int",
                value -> ByteBuffer.allocate(Integer.BYTES).putInt(value).array(),
                bytes -> exactly(bytes, Integer.BYTES).getInt());
    }

    /** The codec here for values of {@code type}; null where there is none. */
    public static @Nullable Codec<?> of(Type type) {
        if (type == String.class) {
            return text();
        }
        if (type == byte[].class) {
            return bytes();
        }
        if (type == Long.class) {
            return longs();
        }
        return type == Integer.class ? integers() : null;
    }

    private static byte[] utf8(String text) {
        try {
            ByteBuffer encoded = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
            return copied(encoded);
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("the text holds half a surrogate pair, which UTF-8 cannot carry", e);
        }
    }

    private static String text(ByteBuffer bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("the bytes are no UTF-8", e);
        }
    }

    private static byte[] copied(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
    }

    private static ByteBuffer exactly(ByteBuffer bytes, int length) {
        if (bytes.remaining() != length) {
            throw new IllegalArgumentException(length + " bytes are needed but there are " + bytes.remaining());
        }
        return bytes;
    }

    private record Plain<V>(String name, Function<V, byte[]> encoder, Function<ByteBuffer, V> decoder)
            implements Codec<V> {
        @Override
        public byte[] encode(V value) {
            return encoder.apply(value);
        }

        @Override
        public V decode(byte[] bytes, int offset, int length) {
            return decoder.apply(ByteBuffer.wrap(bytes, offset, length));
        }
    }
}
