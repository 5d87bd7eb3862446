package dev.larder.testkit;

import dev.larder.codec.Codec;
import java.nio.charset.StandardCharsets;

/** Text as UTF-8, for caches under test that have a far tier. Immutable. */
public final class TextCodec implements Codec<String> {
    /** The only one. */
    public static final TextCodec INSTANCE = new TextCodec();

    private TextCodec() {}

    @Override
    public String name() {
        return "text";
    }

    @Override
    public byte[] encode(String value) {
        return value.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String decode(byte[] bytes, int offset, int length) {
        return new String(bytes, offset, length, StandardCharsets.UTF_8);
    }
}
