package dev.larder.codec;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The key codecs that need no configuration: text, numbers, booleans, characters, enums, UUIDs, and records of these.
 *
 * <p>The parts of a record are joined by {@code :}; within any text {@code %} and {@code :} are written {@code %25} and
 * {@code %3A}, and the empty text is written {@code %}, so that different keys have different text.
 */
public final class KeyCodecs {
    private static final Map<Class<?>, Function<String, Object>> SCALARS = Map.ofEntries(
            Map.entry(String.class, text -> text),
            Map.entry(Long.class, Long::valueOf),
            Map.entry(long.class, Long::valueOf),
            Map.entry(Integer.class, Integer::valueOf),
            Map.entry(int.class, Integer::valueOf),
            Map.entry(Short.class, Short::valueOf),
            Map.entry(short.class, Short::valueOf),
            Map.entry(Byte.class, Byte::valueOf),
            Map.entry(byte.class, Byte::valueOf),
            Map.entry(Boolean.class, Boolean::valueOf),
            Map.entry(boolean.class, Boolean::valueOf),
            Map.entry(Character.class, KeyCodecs::character),
            Map.entry(char.class, KeyCodecs::character),
            Map.entry(UUID.class, UUID::fromString));

    private KeyCodecs() {}

    /** The codec for keys of {@code type}; {@link IllegalArgumentException} where one must be written by hand. */
    @SuppressWarnings("unchecked") // the codec reads and writes just the type it was made for
    public static <K> KeyCodec<K> of(Type type) {
        if (type instanceof Class<?> keyClass) {
            Part part = part(keyClass);
            if (part != null) {
                return (KeyCodec<K>) new PartCodec(part);
            }
        }
        throw new IllegalArgumentException("keys of " + type.getTypeName()
                + " have no text of their own; give the cache a keyCodec, or use text, numbers, enums, UUIDs or records"
                + " of these as keys");
    }

    private static Object character(String text) {
        if (text.length() != 1) {
            throw new IllegalArgumentException("a character must be one but was '" + text + "'");
        }
        return text.charAt(0);
    }

    private static @Nullable Part part(Class<?> type) {
        Function<String, Object> scalar = SCALARS.get(type);
        if (scalar != null) {
            return new Scalar(scalar);
        }
        if (type.isEnum()) {
            return new Scalar(text -> constant(type, text));
        }
        return type.isRecord() ? compound(type) : null;
    }

    private static Object constant(Class<?> type, String name) {
        for (Object constant : type.getEnumConstants()) {
            if (((Enum<?>) constant).name().equals(name)) {
                return constant;
            }
        }
        throw new IllegalArgumentException(type.getSimpleName() + " has no constant '" + name + "'");
    }

    private static @Nullable Part compound(Class<?> type) {
        RecordComponent[] components = type.getRecordComponents();
        List<Part> parts = new ArrayList<>();
        Class<?>[] types = new Class<?>[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            Part part = part(types[i]);
            if (part == null) {
                return null;
            }
            parts.add(part);
            components[i].getAccessor().setAccessible(true);
        }
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return parts.isEmpty() ? null : new Compound(components, parts, constructor);
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("a record without its canonical constructor: " + type, e);
        }
    }

    private static String escape(String text) {
        return text.isEmpty() ? "%" : text.replace("%", "%25").replace(":", "%3A");
    }

    private static String unescape(String text) {
        return text.equals("%") ? "" : text.replace("%3A", ":").replace("%25", "%");
    }

    /** A piece of a key's text: one field, or several joined. */
    private interface Part {
        void write(Object value, List<String> fields);

        Object read(List<String> fields, int[] position);
    }

    private record Scalar(Function<String, Object> parser) implements Part {
        @Override
        public void write(Object value, List<String> fields) {
            fields.add(escape(value instanceof Enum<?> constant ? constant.name() : value.toString()));
        }

        @Override
        public Object read(List<String> fields, int[] position) {
            if (position[0] >= fields.size()) {
                throw new IllegalArgumentException("a key's text has too few parts");
            }
            return parser.apply(unescape(fields.get(position[0]++)));
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // private, compared by nobody
    private record Compound(RecordComponent[] components, List<Part> parts, Constructor<?> constructor)
            implements Part {
        @Override
        public void write(Object value, List<String> fields) {
            for (int i = 0; i < components.length; i++) {
                Object field;
                try {
                    field = components[i].getAccessor().invoke(value);
                } catch (IllegalAccessException | InvocationTargetException e) {
                    throw new IllegalArgumentException("a key's parts could not be read", e);
                }
                if (field == null) {
                    throw new IllegalArgumentException(
                            "a key's part must not be null but '" + components[i].getName() + "' was");
                }
                parts.get(i).write(field, fields);
            }
        }

        @Override
        public Object read(List<String> fields, int[] position) {
            Object[] values = new Object[components.length];
            for (int i = 0; i < values.length; i++) {
                values[i] = parts.get(i).read(fields, position);
            }
            try {
                return constructor.newInstance(values);
            } catch (ReflectiveOperationException e) {
                throw new IllegalArgumentException("a key's text does not make a key", e);
            }
        }
    }

    private record PartCodec(Part part) implements KeyCodec<Object> {
        @Override
        public String encode(Object key) {
            List<String> fields = new ArrayList<>();
            part.write(key, fields);
            return String.join(":", fields);
        }

        @Override
        public Object decode(String text) {
            List<String> fields = List.of(text.split(":", -1));
            int[] position = {0};
            Object key = part.read(fields, position);
            if (position[0] != fields.size()) {
                throw new IllegalArgumentException("a key's text has too many parts");
            }
            return key;
        }
    }
}
