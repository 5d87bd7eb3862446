package dev.larder.benchmarks.engine;

import dev.larder.benchmarks.engine.peer.EngineKind;
import dev.larder.benchmarks.engine.peer.EnginePeer;
import dev.larder.benchmarks.engine.peer.EngineSetup;
import dev.larder.benchmarks.keys.MixedKeys;
import java.lang.ref.Reference;
import java.util.List;
import java.util.Locale;

/**
 * What a full cache takes of the heap for each entry, beyond its key and its value: those are there before the cache is
 * and are held besides, so the growth of the heap is the cache's own. A process for one case: what ran before leaves no
 * garbage, thread or pool. Its JVM is to use the serial collector, with {@link #EXACT}: G1 rounds large arrays up to
 * regions, and a lazy collection leaves some garbage.
 *
 * <p>Arguments: kind, entries, whether they expire. Answers {@code result BYTES_PER_ENTRY ENTRIES_HELD}.
 */
public final class HeapProbe {
    private static final int COLLECTIONS = 4;
    /** Loads every class there is to load, so that the growth of the heap holds entries and nothing else. */
    private static final int REHEARSAL_ENTRIES = 1_000;

    /** Options of a JVM that accounts for each byte. */
    public static final List<String> EXACT = List.of("-XX:+UseSerialGC", "-XX:MarkSweepDeadRatio=0");

    private HeapProbe() {}

    public static void main(String[] arguments) {
        EngineKind kind = EngineKind.valueOf(arguments[0]);
        int entries = Integer.parseInt(arguments[1]);
        boolean expires = Boolean.parseBoolean(arguments[2]);
        measure(kind, REHEARSAL_ENTRIES, expires);
        Measured measured = measure(kind, entries, expires);
        System.out.printf(Locale.ROOT, "result %.2f %d%n", measured.bytesPerEntry(), measured.entriesHeld());
    }

    static Measured measure(EngineKind kind, int entries, boolean expires) {
        Long[] keys = new Long[entries];
        Long[] values = new Long[entries];
        for (int i = 0; i < entries; i++) {
            keys[i] = MixedKeys.key(i);
            values[i] = MixedKeys.key(-1 - i);
        }
        long before = liveHeapBytes();
        EnginePeer cache = kind.open(EngineSetup.of(entries, expires));
        try {
            for (int i = 0; i < entries; i++) {
                cache.put(keys[i], values[i]);
            }
            long held = cache.settledSize();
            long taken = liveHeapBytes() - before;
            return new Measured(taken / (double) held, held);
        } finally {
            Reference.reachabilityFence(keys);
            Reference.reachabilityFence(values);
            cache.close();
            Reference.reachabilityFence(cache);
        }
    }

    private static long liveHeapBytes() {
        for (int i = 0; i < COLLECTIONS; i++) { // each frees what the one before let go of by handling references
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /**
     * What was found.
     *
     * @param bytesPerEntry heap taken for each entry held
     * @param entriesHeld how many of those put were held; some caches bound parts of themselves and evict early
     */
    record Measured(double bytesPerEntry, long entriesHeld) {}
}
