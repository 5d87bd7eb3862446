package dev.larder.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.larder.codec.Codec;
import java.lang.reflect.Type;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.MapperBuilder;
import tools.jackson.databind.cfg.MapperConfig;
import tools.jackson.databind.introspect.Annotated;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;

/**
 * Values of one type in a format of Jackson's: JSON, or one that says the same in fewer bytes. Thread-safe: the writer and the reader are immutable.
 *
 * <p>A cache may always load again, so whatever is doubtful is refused and becomes a miss, never a guess:
 *
 * <ul>
 *   <li>A record component or constructor parameter that the bytes lack is refused: they were written by another version
 *       of the class. For this to be told from a null, every property is written; {@link JsonInclude} is not heeded.
 *   <li>A property that the class lacks is ignored, so that while a new version of an application is rolled out the old
 *       one can read what the new one wrote. What the old one wrote is missing something, is refused by the new one and
 *       loaded again: entries move to the new version and never back and forth.
 *   <li>Text is no number, 1.5 is no integer, 0 is no enum constant, null is no {@code int}, and nothing may follow the value.
 *   <li>The bytes never name a class. Default typing is off, and a type that asks for class names by annotation is
 *       refused; {@code @JsonTypeInfo(use = NAME)} with listed subtypes works.
 * </ul>
 *
 * <p>A class filled through setters or fields cannot show that something is missing: cache records, or rename the cache
 * when such a class changes. Behind {@code Object}, as in {@code Map<String, Object>}, the format may forget the type of a
 * number: name the types.
 *
 * @param <V> the type of values
 */
public final class JacksonCodec<V> implements Codec<V> {
    private final String name;
    private final ObjectWriter writer;
    private final ObjectReader reader;

    /** A codec called {@code name}, by a mapper that {@link #strict} has made, for values of {@code type}. */
    public JacksonCodec(String name, ObjectMapper mapper, Type type) {
        JavaType javaType = mapper.constructType(type);
        this.name = name;
        this.writer = mapper.writerFor(javaType);
        this.reader = mapper.readerFor(javaType);
    }

    /** A mapper that refuses what is doubtful, as this class says. */
    public static <M extends ObjectMapper, B extends MapperBuilder<M, B>> M strict(B builder) {
        return builder.polymorphicTypeValidator(
                        BasicPolymorphicTypeValidator.builder().build())
                .annotationIntrospector(new EveryProperty())
                .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .build();
    }

    @Override
    public String name() {
        return name;
    }

    /** The bytes of {@code value}; throws {@link JacksonException} where its type has none. */
    @Override
    public byte[] encode(V value) {
        return writer.writeValueAsBytes(value);
    }

    @Override
    public V decode(byte[] bytes, int offset, int length) {
        V value = reader.readValue(bytes, offset, length);
        if (value == null) {
            throw new IllegalArgumentException("the bytes hold a null, which encode never writes");
        }
        return value;
    }

    /** The usual annotations, but for those that leave properties out depending on their value. */
    private static final class EveryProperty extends JacksonAnnotationIntrospector {
        @Override
        public JsonInclude.Value findPropertyInclusion(MapperConfig<?> config, Annotated annotated) {
            return JsonInclude.Value.empty();
        }
    }
}
