package dev.larder.benchmarks.keys;

/**
 * Distinct 64-bit keys without order: consecutive numbers flatter tables that hash weakly. The mixing is David Stafford's
 * variant 13 of MurmurHash3's finalizer, a bijection, so that different ranks have different keys.
 */
public final class MixedKeys {
    private MixedKeys() {}

    /** The key of {@code rank}. */
    public static long key(long rank) {
        long mixed = rank + 0x9E3779B97F4A7C15L;
        mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
        return mixed ^ (mixed >>> 31);
    }

    /**
     * The keys of {@code ranks}, each an object of its own: no two reads share one, nor does any share the stored key, so
     * that identity never spares {@code equals} its work. Boxing makes new objects of all but 256 of 2^64 numbers.
     */
    public static Long[] keys(int[] ranks) {
        Long[] keys = new Long[ranks.length];
        for (int i = 0; i < ranks.length; i++) {
            keys[i] = key(ranks[i]);
        }
        return keys;
    }
}
