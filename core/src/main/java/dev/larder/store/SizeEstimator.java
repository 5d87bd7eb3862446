package dev.larder.store;

import java.lang.ref.Reference;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.nio.charset.Charset;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Currency;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Estimates the bytes of heap that a key or a value takes, for bounds in bytes.
 *
 * <p>Strings, boxed numbers, arrays and the common classes of {@code java.time}, {@code java.math} and {@code java.util}
 * are computed, from the layout of this virtual machine. Other classes, records among them, are read field by field
 * where reflection may; where it may not, an object counts for itself alone. What many objects share is left out: enum
 * constants, classes, locales, zones. An object met twice counts once.
 *
 * <p>The work is bounded: at most {@value #MAX_OBJECTS} objects are looked at. Of a long array or collection
 * {@value #SAMPLE} elements are measured and the rest counts as their mean; where the limit ends a walk, what was found
 * and not looked at counts as the mean of what was. So estimates of great irregular values may be off, in either
 * direction.
 *
 * <p>Never throws: where a value resists, it counts for itself alone. Iterates collections of the JDK; calls no other
 * method of a key or value. Immutable and thread-safe.
 */
public final class SizeEstimator implements Weigher<Object, Object> {
    private static final SizeEstimator PLAIN = new SizeEstimator(ExpiringNode.class);
    private static final SizeEstimator DETAILED = new SizeEstimator(DetailedNode.class);
    /** With room for what a tagged node has more, and some tags. */
    private static final SizeEstimator TAGGED = new SizeEstimator(DetailedNode.class, 56);

    static final int MAX_OBJECTS = 2_000;
    static final int SAMPLE = 64;
    /** Collections within collections deeper than this count for their structure alone. */
    private static final int MAX_NESTING = 16;
    /** What an element counts where the limit leaves none to be measured. */
    private static final int UNSEEN_BYTES = 24;
    /** What a store takes per entry besides its node: place in the index, slot, and the policy's arrays. */
    private static final int SLOT_BYTES = 24;

    private final long entryBytes;

    private SizeEstimator(Class<?> node) {
        this(node, 0);
    }

    private SizeEstimator(Class<?> node, long more) {
        this.entryBytes = ClassLayout.of(node).bytes() + SLOT_BYTES + more;
    }

    /** The estimator for a cache; {@code keepsDetails}: whether its entries keep all their times. */
    public static SizeEstimator of(boolean keepsDetails) {
        return keepsDetails ? DETAILED : PLAIN;
    }

    /** The estimator for a cache whose entries have tags; a tag itself counts nothing. */
    public static SizeEstimator ofTagged() {
        return TAGGED;
    }

    /** What an entry takes in all: key, value, and what the store needs to keep it. */
    @Override
    public int weigh(Object key, @Nullable Object value) {
        long bytes = entryBytes + bytesOf(key) + bytesOf(value);
        return (int) Math.min(Integer.MAX_VALUE, bytes);
    }

    /** What an object and all that it alone seems to hold take; 0 for null. */
    public long bytesOf(@Nullable Object object) {
        if (object == null) {
            return 0;
        }
        if (object instanceof String text) {
            return JdkSizes.string(text);
        }
        try {
            return new Walk().graph(object, 0);
        } catch (RuntimeException | LinkageError | StackOverflowError resists) {
            return ClassLayout.of(object.getClass())
                    .bytes(); // it resists: changed meanwhile, or by an iterator of its own
        }
    }

    /** One walk over the objects behind a value. Confined to the thread of the call. */
    private static final class Walk {
        private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        private int looked;

        /** The bytes of everything that can be reached from a root and was not met before. */
        long graph(Object root, int nesting) {
            Deque<Object> open = new ArrayDeque<>();
            open.push(root);
            long bytes = 0;
            int visited = 0;
            while (!open.isEmpty()) {
                if (looked >= MAX_OBJECTS) {
                    return visited == 0 ? bytes : bytes + bytes / visited * open.size();
                }
                Object object = open.pop();
                if (isShared(object) || !seen.add(object)) {
                    continue;
                }
                looked++;
                visited++;
                bytes += visit(object, open, nesting);
            }
            return bytes;
        }

        private long visit(Object object, Deque<Object> open, int nesting) {
            Class<?> type = object.getClass();
            if (object instanceof String text) {
                return JdkSizes.string(text);
            }
            if (type.isArray()) {
                return array(object, open, nesting);
            }
            ClassLayout layout = ClassLayout.of(type);
            if (!JdkSizes.isJdk(type)) {
                for (Field field : layout.references()) {
                    openIfAny(read(field, object), open);
                }
                return layout.bytes();
            }
            if (object instanceof Collection<?> collection) {
                long elements = elements(JdkSizes.elements(collection), collection.size(), open, nesting);
                return layout.bytes() + JdkSizes.structure(collection) + elements;
            }
            if (object instanceof Map<?, ?> map) {
                long elements = elements(JdkSizes.elements(map), 2L * map.size(), open, nesting);
                return layout.bytes() + JdkSizes.structure(map) + elements;
            }
            openIfAny(content(object), open);
            return layout.bytes() + JdkSizes.behind(object);
        }

        private static @Nullable Object content(Object object) {
            if (object instanceof Optional<?> optional) {
                return optional.orElse(null);
            }
            if (object instanceof AtomicReference<?> reference) {
                return reference.get();
            }
            return null;
        }

        private long array(Object array, Deque<Object> open, int nesting) {
            int length = Array.getLength(array);
            Class<?> element = array.getClass().getComponentType();
            long bytes = HeapLayout.CURRENT.arrayBytes(length, HeapLayout.CURRENT.bytesOf(element));
            if (element.isPrimitive()) {
                return bytes;
            }
            return bytes + elements(Arrays.asList((Object[]) array), length, open, nesting);
        }

        /** Opens the elements of a short sequence; of a long one measures a sample and returns what all will take. */
        private long elements(Iterable<?> elements, long size, Deque<Object> open, int nesting) {
            if (size <= SAMPLE) {
                for (Object element : elements) {
                    openIfAny(element, open);
                }
                return 0;
            }
            if (nesting >= MAX_NESTING) {
                return 0;
            }
            long bytes = 0;
            int measured = 0;
            Iterator<?> each = elements.iterator();
            while (measured < SAMPLE && looked < MAX_OBJECTS && each.hasNext()) {
                Object element = each.next();
                bytes += element == null ? 0 : graph(element, nesting + 1);
                measured++;
            }
            double mean = measured == 0 ? UNSEEN_BYTES : (double) bytes / measured;
            return (long) (mean * size);
        }

        private static void openIfAny(@Nullable Object object, Deque<Object> open) {
            if (object != null) {
                open.push(object);
            }
        }

        private static @Nullable Object read(Field field, Object object) {
            try {
                return field.get(object);
            } catch (IllegalAccessException closed) {
                return null; // was open when the layout was made; counts for the reference alone
            }
        }

        private static boolean isShared(Object object) {
            return object instanceof Enum<?>
                    || object instanceof Class<?>
                    || object instanceof ClassLoader
                    || object instanceof Thread
                    || object instanceof Reference<?>
                    || object instanceof Locale
                    || object instanceof ZoneId
                    || object instanceof Charset
                    || object instanceof Currency
                    || object instanceof Boolean;
        }
    }
}
