package dev.larder.benchmarks.engine.peer;

import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * What a peer is to be. Immutable.
 *
 * @param maxEntries its bound
 * @param expires whether entries live one hour from their last write; else for ever
 * @param origin what {@link EnginePeer#load} loads from
 */
public record EngineSetup(int maxEntries, boolean expires, UnaryOperator<Long> origin) {
    /** Long enough that nothing expires while it is measured, so that expiry costs its checks and no more. */
    static final Duration TIME_TO_LIVE = Duration.ofHours(1);

    /** A cache that is only read and put to: its origin gives the key itself. */
    public static EngineSetup of(int maxEntries, boolean expires) {
        return new EngineSetup(maxEntries, expires, key -> key);
    }
}
