package dev.larder.json;

import dev.larder.codec.Codec;
import dev.larder.codec.CodecProvider;
import java.lang.reflect.Type;

/** Makes {@link JsonCodec}s. Found by {@link java.util.ServiceLoader}. Immutable. */
public final class JsonCodecProvider implements CodecProvider {
    @Override
    public <V> Codec<V> codec(Type type) {
        return new JsonCodec<>(type);
    }
}
