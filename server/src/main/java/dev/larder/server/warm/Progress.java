package dev.larder.server.warm;

/** Is told how far a warm-up is, on its thread. */
@FunctionalInterface
public interface Progress {
    /** @param step what is being done, a few words */
    void at(String step, long done, long total);
}
