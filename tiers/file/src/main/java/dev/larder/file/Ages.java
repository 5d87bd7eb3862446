package dev.larder.file;

/**
 * How many bytes were last used how long ago: a histogram of fixed size, finer for what is young. Not thread-safe. Tells
 * from which age on files must leave to free so many bytes, without knowing the files.
 */
final class Ages {
    private static final int PARTS_PER_DOUBLING_BITS = 6;
    private static final int PARTS = 1 << PARTS_PER_DOUBLING_BITS;

    private final long[] bytes = new long[Long.SIZE * PARTS];

    void add(long ageMillis, long fileBytes) {
        bytes[part(ageMillis)] += fileBytes;
    }

    long total() {
        long total = 0;
        for (long part : bytes) {
            total += part;
        }
        return total;
    }

    /** Who must leave so that {@code wanted} bytes are freed, the oldest first. */
    Cutoff cutoff(long wanted) {
        long freed = 0;
        int part = bytes.length;
        long within = 0;
        while (part > 0 && freed < wanted) {
            part--;
            within = Math.min(bytes[part], wanted - freed);
            freed += bytes[part];
        }
        return new Cutoff(part, within);
    }

    /** All in parts older than {@code part} leave, and of those in it any that make up {@code bytesWithin}. */
    record Cutoff(int part, long bytesWithin) {
        static final Cutoff NOBODY = new Cutoff(Integer.MAX_VALUE, 0);
    }

    /** The part that an age belongs to; larger for older. A part is at most a 64th as wide as its ages. */
    static int part(long ageMillis) {
        long age = Math.max(0, ageMillis);
        if (age < PARTS) {
            return (int) age;
        }
        int doublings = Long.SIZE - 1 - Long.numberOfLeadingZeros(age);
        int within = (int) (age >>> (doublings - PARTS_PER_DOUBLING_BITS)) & (PARTS - 1);
        return (doublings - PARTS_PER_DOUBLING_BITS + 1) * PARTS + within;
    }
}
