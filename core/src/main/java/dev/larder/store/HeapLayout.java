package dev.larder.store;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;

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
            return fromOptions(ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class));
        } catch (RuntimeException | LinkageError otherMachine) {
            // Not HotSpot, or without the module jdk.management: what most machines do is near enough.
            boolean compressed = Runtime.getRuntime().maxMemory() < COMPRESSED_HEAP_BYTES;
            return new HeapLayout(COMMON_HEADER_BYTES, compressed ? Integer.BYTES : Long.BYTES, 8);
        }
    }

    private static HeapLayout fromOptions(HotSpotDiagnosticMXBean options) {
        int header = isOn(options, "UseCompactObjectHeaders", false)
                ? COMPACT_HEADER_BYTES
                : isOn(options, "UseCompressedClassPointers", true) ? COMMON_HEADER_BYTES : WIDE_HEADER_BYTES;
        int reference = isOn(options, "UseCompressedOops", true) ? Integer.BYTES : Long.BYTES;
        int alignment =
                Integer.parseInt(options.getVMOption("ObjectAlignmentInBytes").getValue());
        return new HeapLayout(header, reference, alignment);
    }

    private static boolean isOn(HotSpotDiagnosticMXBean options, String name, boolean otherwise) {
        try {
            return Boolean.parseBoolean(options.getVMOption(name).getValue());
        } catch (IllegalArgumentException unknown) {
            return otherwise; // an option of another version of the machine
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
