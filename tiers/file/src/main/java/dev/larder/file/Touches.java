package dev.larder.file;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Remembers which files were used lately, so that a file's time is set once a minute at most. Bounded: a table that
 * forgets; what it forgot is noted once more. Thread-safe: each slot is one word, and a lost race costs one more note.
 */
final class Touches {
    private static final int SLOTS = 8_192;
    private static final long MINUTE_MILLIS = 60_000;

    private final AtomicLongArray slots = new AtomicLongArray(SLOTS);

    /** Whether the use of the file whose name hashes to {@code hash} must be noted now. */
    boolean isDue(long hash, long nowMillis) {
        int slot = (int) hash & (SLOTS - 1);
        // The minute is shifted by the hash, so that not all files are due at once.
        long minute = (nowMillis + Math.floorMod(hash >>> 16, MINUTE_MILLIS)) / MINUTE_MILLIS;
        long mark = hash ^ minute * 0x9E3779B97F4A7C15L;
        if (slots.getOpaque(slot) == mark) {
            return false;
        }
        slots.setOpaque(slot, mark);
        return true;
    }
}
