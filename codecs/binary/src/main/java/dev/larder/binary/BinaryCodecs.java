package dev.larder.binary;

import dev.larder.codec.Codec;
import dev.larder.codec.TypeRef;
import dev.larder.json.JacksonCodec;
import java.lang.reflect.Type;
import tools.jackson.dataformat.cbor.CBORMapper;
import tools.jackson.dataformat.smile.SmileMapper;

/**
 * Codecs that write what {@link dev.larder.json.JsonCodec} writes in fewer bytes, and refuse what it refuses, see
 * {@link JacksonCodec}. Thread-safe.
 */
public final class BinaryCodecs {
    private static final CBORMapper CBOR = JacksonCodec.strict(CBORMapper.builder());
    private static final SmileMapper SMILE = JacksonCodec.strict(SmileMapper.builder());

    private BinaryCodecs() {}

    /** Values as CBOR (RFC 8949), which programs in most languages can read. */
    public static <V> Codec<V> cbor(Class<V> type) {
        return cbor((Type) type);
    }

    /** As {@link #cbor(Class)}, for a type with arguments. */
    public static <V> Codec<V> cbor(TypeRef<V> type) {
        return cbor(type.type());
    }

    /** Values as Smile, Jackson's own format, which names a property once however often it comes. */
    public static <V> Codec<V> smile(Class<V> type) {
        return smile((Type) type);
    }

    /** As {@link #smile(Class)}, for a type with arguments. */
    public static <V> Codec<V> smile(TypeRef<V> type) {
        return smile(type.type());
    }

    private static <V> Codec<V> cbor(Type type) {
        return new JacksonCodec<>("cbor", CBOR, type);
    }

    private static <V> Codec<V> smile(Type type) {
        return new JacksonCodec<>("smile", SMILE, type);
    }
}
