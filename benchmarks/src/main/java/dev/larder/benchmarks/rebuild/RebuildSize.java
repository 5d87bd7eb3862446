package dev.larder.benchmarks.rebuild;

/**
 * How big the scenario is. Immutable.
 *
 * @param articles products
 * @param stores stores; each holds every product
 * @param nearEntries the bound of the tier in this process
 * @param readsPerSecond by all readers together
 * @param readers threads that read
 * @param phaseSeconds how long readers are watched before and after
 */
record RebuildSize(int articles, int stores, long nearEntries, int readsPerSecond, int readers, int phaseSeconds) {
    /** How readers read, in words. */
    String sentence() {
        return String.format(
                "%,d entries; %d threads make %,d reads a second; the near tier holds %,d entries at most.",
                entries(), readers, readsPerSecond, nearEntries);
    }

    long phaseNanos() {
        return phaseSeconds * 1_000_000_000L;
    }

    int entries() {
        return articles * stores;
    }
}
