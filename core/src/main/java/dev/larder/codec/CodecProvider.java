package dev.larder.codec;

import java.lang.reflect.Type;

/** Makes the codecs of caches that name none. Found by {@link java.util.ServiceLoader}: the first one is taken. */
public interface CodecProvider {
    /** A codec for values of {@code type}. */
    <V> Codec<V> codec(Type type);
}
