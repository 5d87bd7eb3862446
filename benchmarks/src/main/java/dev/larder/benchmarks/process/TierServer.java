package dev.larder.benchmarks.process;

import java.io.IOException;

/** Something shared that a tier's URI names, and that a scenario can take away and bring back. For one thread. */
public interface TierServer extends AutoCloseable {
    /** What names it, as {@code LarderBuilder.tiers} takes it. */
    String uri();

    /** Takes it away; returns when it is away. */
    void fail() throws IOException;

    /** Brings it back; returns when it can be reached. */
    void heal() throws IOException;

    @Override
    void close() throws IOException;
}
