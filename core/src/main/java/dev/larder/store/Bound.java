package dev.larder.store;

/**
 * How much a store may hold.
 *
 * @param unit what is counted
 * @param max the most of it, at least 1
 */
public record Bound(Unit unit, long max) {
    /** What a bound counts. */
    public enum Unit {
        /** Entries, whatever their size. */
        ENTRIES,
        /** The user's own measure. */
        WEIGHT,
        /** Estimated bytes of heap. */
        BYTES
    }

    public Bound {
        if (max < 1) {
            throw new IllegalArgumentException(
                    "the bound in " + unit.name().toLowerCase(java.util.Locale.ROOT) + " must be >= 1 but was " + max);
        }
    }

    public static Bound entries(long max) {
        return new Bound(Unit.ENTRIES, max);
    }

    public static Bound weight(long max) {
        return new Bound(Unit.WEIGHT, max);
    }

    public static Bound bytes(long max) {
        return new Bound(Unit.BYTES, max);
    }
}
