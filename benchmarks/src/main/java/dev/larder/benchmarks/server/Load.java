package dev.larder.benchmarks.server;

/**
 * One load, and what Larder must reach on it beside its peer.
 *
 * @param isSet whether it sets; else it gets
 * @param valueBytes bytes of a value
 * @param pipeline requests that a connection sends at a time
 * @param mostProcessor the most times the peer's processor time
 * @param leastRate the least times the peer's operations a second; 0 for whatever it is
 */
record Load(boolean isSet, int valueBytes, int pipeline, double mostProcessor, double leastRate) {
    private static final int ALONE = 300_000;
    private static final int PIPELINED = 2_000_000;

    /** Operations of one round. */
    int operations() {
        return pipeline == 1 ? ALONE : PIPELINED;
    }

    String title() {
        return (isSet ? "set " : "get ")
                + (valueBytes >= 1024 ? valueBytes / 1024 + " KiB" : valueBytes + " B")
                + (pipeline == 1 ? ", one at a time" : ", pipelined by " + pipeline);
    }
}
