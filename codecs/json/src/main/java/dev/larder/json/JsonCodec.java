package dev.larder.json;

import dev.larder.codec.Codec;
import java.lang.reflect.Type;
import tools.jackson.databind.json.JsonMapper;

/**
 * Values of one type as JSON; what it writes, and what it refuses to read, {@link JacksonCodec} says. Thread-safe.
 *
 * @param <V> the type of values
 */
public final class JsonCodec<V> implements Codec<V> {
    private static final JsonMapper MAPPER = JacksonCodec.strict(JsonMapper.builder());

    private final JacksonCodec<V> codec;

    /** A codec for values of {@code type}, with its arguments if it has any. */
    public JsonCodec(Type type) {
        this.codec = new JacksonCodec<>("json", MAPPER, type);
    }

    @Override
    public String name() {
        return codec.name();
    }

    @Override
    public byte[] encode(V value) {
        return codec.encode(value);
    }

    @Override
    public V decode(byte[] bytes, int offset, int length) {
        return codec.decode(bytes, offset, length);
    }
}
