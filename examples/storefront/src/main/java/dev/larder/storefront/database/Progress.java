package dev.larder.storefront.database;

/** Hears how far a long step has come. Called by one thread. */
@FunctionalInterface
public interface Progress {
    /** {@code done} of {@code total} rows of {@code step} are written; the last call of a step has both equal. */
    void at(String step, long done, long total);

    /** Tells nobody. */
    static Progress silent() {
        return (step, done, total) -> {};
    }
}
