package dev.larder.store;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.LinkedList;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What classes of the JDK take beyond their own fields, for reflection may not look into them. Formulas follow OpenJDK
 * 17 to 25; where a capacity cannot be seen, the one that growing by single insertions leads to is taken, since too much
 * is the safe side of a bound.
 */
final class JdkSizes {
    private static final HeapLayout HEAP = HeapLayout.CURRENT;
    private static final float HASH_LOAD = 0.75f;
    private static final int LEAST_TABLE = 16;
    private static final int LEAST_ARRAY = 10;
    /** Characters looked at to tell a string of one byte each from one of two. */
    private static final int CHARS_LOOKED_AT = 1 << 14;

    private static final long STRING = ClassLayout.of(String.class).bytes();
    private static final long BIG_INTEGER = ClassLayout.of(BigInteger.class).bytes();
    private static final long DATE_AND_TIME =
            ClassLayout.of(LocalDateTime.class).bytes()
                    + ClassLayout.of(LocalDate.class).bytes()
                    + ClassLayout.of(LocalTime.class).bytes();
    /** An entry of each kind of map or list: fields besides the header, in references and in bytes. */
    private static final long HASH_NODE = HEAP.objectBytes(3L * HEAP.referenceBytes() + 4);

    private static final long LINKED_HASH_NODE = HEAP.objectBytes(5L * HEAP.referenceBytes() + 4);
    private static final long TREE_NODE = HEAP.objectBytes(5L * HEAP.referenceBytes() + 1);
    /** The view that walking a map makes it keep. */
    private static final long VIEW = HEAP.objectBytes(HEAP.referenceBytes());
    /** Other containers are mostly wrappers, unmodifiable or synchronized, around one of these. */
    private static final long WRAPPED_LIST = ClassLayout.of(ArrayList.class).bytes();

    private static final long WRAPPED_MAP = ClassLayout.of(HashMap.class).bytes() + 2 * VIEW;
    private static final long LIST_NODE = HEAP.objectBytes(3L * HEAP.referenceBytes());

    private JdkSizes() {}

    static long string(String text) {
        return STRING + HEAP.arrayBytes(text.length(), isLatin1(text) ? 1 : 2);
    }

    private static boolean isLatin1(String text) {
        int end = Math.min(text.length(), CHARS_LOOKED_AT);
        for (int i = 0; i < end; i++) {
            if (text.charAt(i) > 0xFF) {
                return false;
            }
        }
        return true;
    }

    /** What an object that is neither collection nor map refers to and owns. */
    static long behind(Object object) {
        if (object instanceof BigDecimal number) {
            // Up to 18 digits are kept in the object itself.
            return number.precision() <= 18 ? 0 : BIG_INTEGER + magnitude(number.unscaledValue());
        }
        if (object instanceof BigInteger number) {
            return magnitude(number);
        }
        if (object instanceof LocalDateTime) {
            return DATE_AND_TIME - ClassLayout.of(LocalDateTime.class).bytes();
        }
        if (object instanceof OffsetDateTime || object instanceof ZonedDateTime) {
            return DATE_AND_TIME; // offsets and zones are shared
        }
        if (object instanceof StringBuilder builder) {
            return HEAP.arrayBytes(builder.capacity(), 1);
        }
        if (object instanceof ByteBuffer buffer) {
            return HEAP.arrayBytes(buffer.capacity(), 1);
        }
        return 0;
    }

    private static long magnitude(BigInteger number) {
        int bits = number.signum() < 0 ? number.negate().bitLength() : number.bitLength();
        return HEAP.arrayBytes((bits + 31) / 32, Integer.BYTES);
    }

    /** The structure behind a collection's own object, without its elements. */
    static long structure(Collection<?> collection) {
        int size = collection.size();
        Class<?> type = collection.getClass();
        if (type == ArrayList.class) {
            return references(size == 0 ? 0 : grownByHalf(size));
        }
        if (type == LinkedHashSet.class) {
            return ClassLayout.of(LinkedHashMap.class).bytes() + hashTable(size) + size * LINKED_HASH_NODE;
        }
        if (type == HashSet.class) {
            return ClassLayout.of(HashMap.class).bytes() + hashTable(size) + size * HASH_NODE;
        }
        if (type == TreeSet.class) {
            return ClassLayout.of(TreeMap.class).bytes() + size * TREE_NODE;
        }
        if (type == LinkedList.class) {
            return size * LIST_NODE;
        }
        if (type == ArrayDeque.class) {
            return references(grownDeque(size));
        }
        if (collection instanceof EnumSet) {
            return 0;
        }
        return switch (type.getName()) {
            case "java.util.ImmutableCollections$List12",
                    "java.util.ImmutableCollections$Set12",
                    "java.util.Collections$SingletonList",
                    "java.util.Collections$SingletonSet" -> 0;
            case "java.util.ImmutableCollections$SetN" -> references(2L * size);
            case "java.util.ImmutableCollections$ListN",
                    "java.util.Arrays$ArrayList",
                    "java.util.concurrent.CopyOnWriteArrayList" -> references(size);
            default -> WRAPPED_LIST + references(size);
        };
    }

    /** The structure behind a map's own object, without its keys and values. */
    static long structure(Map<?, ?> map) {
        int size = map.size();
        Class<?> type = map.getClass();
        if (type == LinkedHashMap.class) {
            return VIEW + hashTable(size) + size * LINKED_HASH_NODE;
        }
        if (type == TreeMap.class) {
            return VIEW + size * TREE_NODE;
        }
        if (type == HashMap.class || type == ConcurrentHashMap.class) {
            return VIEW + hashTable(size) + size * HASH_NODE;
        }
        if (map instanceof EnumMap) {
            return references(size); // at least: it has a place for each constant
        }
        return switch (type.getName()) {
            case "java.util.ImmutableCollections$Map1", "java.util.Collections$SingletonMap" -> 0;
            case "java.util.ImmutableCollections$MapN" -> references(4L * size);
            default -> WRAPPED_MAP + hashTable(size) + size * HASH_NODE;
        };
    }

    private static long references(long length) {
        return HEAP.arrayBytes(length, HEAP.referenceBytes());
    }

    private static long hashTable(int size) {
        if (size == 0) {
            return 0;
        }
        int length = LEAST_TABLE;
        while (size > length * HASH_LOAD && length < 1 << 30) {
            length <<= 1;
        }
        return references(length);
    }

    private static long grownDeque(int size) {
        long capacity = LEAST_TABLE + 1;
        while (capacity <= size) {
            capacity += capacity < 64 ? capacity + 2 : capacity >> 1;
        }
        return capacity;
    }

    private static long grownByHalf(int size) {
        long capacity = LEAST_ARRAY;
        while (capacity < size) {
            capacity += capacity >> 1;
        }
        return capacity;
    }

    /** A look at a class's package alone: whether reflection into it is closed and it is described here, if anywhere. */
    static boolean isJdk(Class<?> type) {
        String name = type.getName();
        return name.startsWith("java.") || name.startsWith("jdk.") || name.startsWith("sun.");
    }

    /** Elements of a collection or of a map, as one sequence of what it holds. */
    static Iterable<?> elements(Object container) {
        if (container instanceof Map<?, ?> map) {
            return () -> map.entrySet().stream()
                    .flatMap(entry -> Arrays.<Object>asList(entry.getKey(), entry.getValue()).stream())
                    .iterator();
        }
        return (Collection<?>) container;
    }
}
