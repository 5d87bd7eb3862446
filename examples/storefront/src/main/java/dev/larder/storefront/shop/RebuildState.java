package dev.larder.storefront.shop;

/**
 * How far the rebuild of the catalogue is. Immutable.
 *
 * @param phase whether one runs, and how the last one ended
 * @param rows rows read so far
 * @param total rows to read
 * @param millis how long it has run or ran
 * @param message what went wrong; empty where nothing did
 */
public record RebuildState(Phase phase, long rows, long total, long millis, String message) {
    /** Where a rebuild is. */
    public enum Phase {
        NEVER,
        RUNNING,
        DONE,
        FAILED
    }

    static final RebuildState NEVER = new RebuildState(Phase.NEVER, 0, 0, 0, "");

    public boolean running() {
        return phase == Phase.RUNNING;
    }
}
