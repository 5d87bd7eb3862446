package dev.larder.benchmarks.far;

import dev.larder.benchmarks.keys.MixedKeys;
import java.util.SplittableRandom;

/**
 * The keys of a load of which nine reads in ten are near hits: hot keys, which stay in the near tier, and once in ten reads
 * one of many others, which are hardly ever there. For one thread.
 */
final class MixedLoad {
    static final int NEAR_ENTRIES = 2_000;
    private static final int HOT_ENTRIES = 500;
    /** Of a hundred reads. */
    private static final int HOT = 90;

    private final SplittableRandom random;
    private final int entries;

    MixedLoad(int entries, long seed) {
        this.random = new SplittableRandom(seed);
        this.entries = entries;
    }

    Long next() {
        boolean hot = random.nextInt(100) < HOT;
        return MixedKeys.key(hot ? random.nextInt(HOT_ENTRIES) : HOT_ENTRIES + random.nextInt(entries - HOT_ENTRIES));
    }
}
