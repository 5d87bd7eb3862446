package dev.larder.server.store;

/**
 * The name of a stream's entry: a time, and a number among those of that time. Both count from 0 to 2<sup>64</sup> - 1, so
 * they are compared as unsigned numbers. Immutable.
 *
 * @param millis milliseconds since 1970, as whoever added it says
 * @param number from 0 on
 */
public record StreamId(long millis, long number) implements Comparable<StreamId> {
    /** Before all entries, and of none. */
    public static final StreamId ZERO = new StreamId(0, 0);
    /** The last one that there can be. */
    public static final StreamId MAX = new StreamId(-1, -1);
    /** Bytes of one. */
    public static final int BYTES = 16;

    /** The next one; not of {@link #MAX}. */
    public StreamId next() {
        return number == -1 ? new StreamId(millis + 1, 0) : new StreamId(millis, number + 1);
    }

    /** The one before; not of {@link #ZERO}. */
    public StreamId previous() {
        return number == 0 ? new StreamId(millis - 1, -1) : new StreamId(millis, number - 1);
    }

    /** What a name of {@value #BYTES} bytes says. */
    public static StreamId of(Slice name) {
        return new StreamId(bigEndian(name, 0), bigEndian(name, Long.BYTES));
    }

    private static long bigEndian(Slice name, int from) {
        long value = 0;
        for (int i = from; i < from + Long.BYTES; i++) {
            value = value << Byte.SIZE | name.byteAt(i);
        }
        return value;
    }

    /** A name that sorts as the id does. */
    public Slice name() {
        byte[] bytes = new byte[BYTES];
        for (int i = 0; i < Long.BYTES; i++) {
            int shift = Byte.SIZE * (Long.BYTES - 1 - i);
            bytes[i] = (byte) (millis >>> shift);
            bytes[Long.BYTES + i] = (byte) (number >>> shift);
        }
        return Slice.of(bytes);
    }

    @Override
    public int compareTo(StreamId other) {
        int order = Long.compareUnsigned(millis, other.millis);
        return order != 0 ? order : Long.compareUnsigned(number, other.number);
    }

    /** As Redis writes it: {@code 1526919030474-55}. */
    @Override
    public String toString() {
        return Long.toUnsignedString(millis) + "-" + Long.toUnsignedString(number);
    }
}
