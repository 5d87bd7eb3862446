package dev.larder.server.snapshot;

import java.util.ArrayList;
import java.util.List;

/**
 * When to save by itself: as soon as so many changes were made and so many seconds have passed since the last time.
 * Immutable.
 */
record SavePoint(long seconds, long changes) {
    private static final int MILLIS = 1_000;

    /** Those of the directive {@code save}: pairs of numbers, checked already. */
    static List<SavePoint> parse(String written) {
        List<SavePoint> points = new ArrayList<>();
        if (!written.isEmpty()) {
            String[] words = written.split(" ");
            for (int i = 0; i < words.length; i += 2) {
                points.add(new SavePoint(Long.parseLong(words[i]), Long.parseLong(words[i + 1])));
            }
        }
        return List.copyOf(points);
    }

    boolean isReached(long changed, long millis) {
        return changed >= changes && millis > seconds * MILLIS;
    }
}
