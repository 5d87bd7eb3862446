package dev.larder.store;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.List;

/**
 * What the objects of one class take, and where they refer to. Computed once per class and kept as long as the class.
 * Immutable.
 *
 * @param bytes an object itself, without what it refers to
 * @param references its fields of reference types that reflection may read, inherited ones included
 */
record ClassLayout(long bytes, List<Field> references) {
    private static final ClassValue<ClassLayout> LAYOUTS = new ClassValue<>() {
        @Override
        protected ClassLayout computeValue(Class<?> type) {
            return compute(type);
        }
    };

    static ClassLayout of(Class<?> type) {
        return LAYOUTS.get(type);
    }

    private static ClassLayout compute(Class<?> type) {
        long fieldBytes = 0;
        List<Field> references = new ArrayList<>();
        for (Class<?> at = type; at != null; at = at.getSuperclass()) {
            for (Field field : declaredFields(at)) {
                if (Modifier.isStatic(field.getModifiers())) {
                    continue;
                }
                fieldBytes += HeapLayout.CURRENT.bytesOf(field.getType());
                if (!field.getType().isPrimitive() && mayRead(field)) {
                    references.add(field);
                }
            }
        }
        return new ClassLayout(HeapLayout.CURRENT.objectBytes(fieldBytes), List.copyOf(references));
    }

    private static Field[] declaredFields(Class<?> type) {
        try {
            return type.getDeclaredFields();
        } catch (LinkageError missingType) {
            return new Field[0]; // a field's class is not on the class path: the rest is still worth counting
        }
    }

    private static boolean mayRead(Field field) {
        try {
            return field.trySetAccessible();
        } catch (RuntimeException refused) {
            return false; // a security policy, or a class of the virtual machine itself
        }
    }
}
