package dev.larder.codec;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;

/**
 * A type with its arguments, which a {@link Class} cannot carry: {@code new TypeRef<List<Product>>() {}}. Immutable.
 *
 * @param <T> the type meant
 */
public abstract class TypeRef<T> {
    private final Type type;

    /** Reads {@code T} off the subclass; throws {@link IllegalStateException} where it was left raw. */
    protected TypeRef() {
        if (!(getClass().getGenericSuperclass() instanceof ParameterizedType parent)) {
            throw new IllegalStateException("a TypeRef needs its type: new TypeRef<List<String>>() {}");
        }
        type = parent.getActualTypeArguments()[0];
    }

    public Type type() {
        return type;
    }
}
