package dev.larder.store;

import java.lang.management.ManagementFactory;
import java.lang.management.PlatformManagedObject;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

/**
 * How this virtual machine lays out objects: what a header and a reference take, and to what sizes are rounded.
 * Immutable.
 *
 * <p>HotSpot since JDK 15 fills the gaps between fields, a superclass's included, with whatever fits. So the size of an
 * object is the sum of its header and fields, rounded up once.
 */
record HeapLayout(int headerBytes, int referenceBytes, int alignmentBytes) {
    private static final int COMPACT_HEADER_BYTES = 8;
    private static final int COMMON_HEADER_BYTES = 12;
    private static final int WIDE_HEADER_BYTES = 16;
    /** Up to about this much heap references take four bytes, unless told otherwise. */
    private static final long COMPRESSED_HEAP_BYTES = 32L << 30;

    /** The layout of this process. */
    static final HeapLayout CURRENT = detect();

    private static HeapLayout detect() {
        try {
            Options options = Options.open();
            int header = options.isOn("UseCompactObjectHeaders", false)
                    ? COMPACT_HEADER_BYTES
                    : options.isOn("UseCompressedClassPointers", true) ? COMMON_HEADER_BYTES : WIDE_HEADER_BYTES;
            int reference = options.isOn("UseCompressedOops", true) ? Integer.BYTES : Long.BYTES;
            return new HeapLayout(header, reference, Integer.parseInt(options.value("ObjectAlignmentInBytes")));
        } catch (ReflectiveOperationException | RuntimeException | LinkageError otherMachine) {
            // Not HotSpot, or without the module jdk.management: what most machines do is near enough.
            boolean compressed = Runtime.getRuntime().maxMemory() < COMPRESSED_HEAP_BYTES;
            return new HeapLayout(COMMON_HEADER_BYTES, compressed ? Integer.BYTES : Long.BYTES, 8);
        }
    }

    /** HotSpot's options, reached by reflection, for neither every machine nor every image of one has them. */
    private record Options(Object bean, Method vmOption) {
        static Options open() throws ReflectiveOperationException {
            Class<? extends PlatformManagedObject> type =
                    Class.forName("com.sun.management.HotSpotDiagnosticMXBean").asSubclass(PlatformManagedObject.class);
            return new Options(ManagementFactory.getPlatformMXBean(type), type.getMethod("getVMOption", String.class));
        }

        String value(String name) throws ReflectiveOperationException {
            Object option = vmOption.invoke(bean, name);
            return (String) option.getClass().getMethod("getValue").invoke(option);
        }

        boolean isOn(String name, boolean otherwise) throws ReflectiveOperationException {
            try {
                return Boolean.parseBoolean(value(name));
            } catch (InvocationTargetException unknown) {
                return otherwise; // an option of another version of the machine
            }
        }
    }

    long align(long bytes) {
        return (bytes + alignmentBytes - 1) / alignmentBytes * alignmentBytes;
    }

    /** The size of an object with fields of so many bytes. */
    long objectBytes(long fieldBytes) {
        return align(headerBytes + fieldBytes);
    }

    /** The size of an array, without what its elements refer to. */
    long arrayBytes(long length, int elementBytes) {
        long base = (long) headerBytes + Integer.BYTES;
        long aligned = elementBytes == Long.BYTES ? (base + 7) / 8 * 8 : base;
        return align(aligned + length * elementBytes);
    }

    /** What a field or an array element of a type takes. */
    int bytesOf(Class<?> type) {
        if (!type.isPrimitive()) {
            return referenceBytes;
        }
        if (type == long.class || type == double.class) {
            return Long.BYTES;
        }
        if (type == int.class || type == float.class) {
            return Integer.BYTES;
        }
        return type == short.class || type == char.class ? Short.BYTES : 1;
    }
}
