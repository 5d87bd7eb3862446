package dev.larder.memcached;

import dev.larder.bus.BusEar;
import dev.larder.bus.BusListener;
import dev.larder.tier.FarCacheOptions;
import java.util.concurrent.CompletableFuture;

/**
 * One cache that listens to the bus, and what is proven to it. {@link #lastProofNanos()}, {@link #placed()} and
 * {@link #close()} are for any thread; the rest is confined to the bus's.
 */
final class Subscription {
    private static final long NONE = -1;

    private final String origin;
    private final FarCacheOptions options;
    private final BusEar ear;
    private final CompletableFuture<Boolean> placed = new CompletableFuture<>();
    private volatile long lastProofNanos = NONE;
    private volatile boolean closed;
    private boolean hasPlace;

    Subscription(String origin, FarCacheOptions options, BusListener listener) {
        this.origin = origin;
        this.options = options;
        this.ear = new BusEar(options.cache(), listener);
    }

    long lastProofNanos() {
        return lastProofNanos;
    }

    long maxSilenceNanos() {
        return options.maxSilenceNanos();
    }

    /**
     * Completes once: true when it has its place on the bus before anybody uses the cache, false when the cache is used
     * before that. In the second case the listener is told of a gap.
     */
    CompletableFuture<Boolean> placed() {
        return placed;
    }

    void close() {
        closed = true;
    }

    /** The present by the cache's ticker. */
    long now() {
        return options.ticker().nanos();
    }

    /** Whether it must be told of a gap before anything is proven to it. */
    boolean needsGap() {
        return !hasPlace || ear.isWronged();
    }

    void hear(BusMessage message) {
        if (closed
                || !message.cache().equals(options.cache())
                || message.origin().equals(origin)) {
            return;
        }
        if (message.keys() == null) {
            ear.cleared();
        } else {
            ear.invalidated(message.keys());
        }
    }

    /** From here on everything is heard; of what came before, nothing is known. */
    void gap() {
        hasPlace = true;
        if (!placed.complete(true) && !closed) {
            ear.gap();
        }
    }

    /** Everything published before {@code askedNanos} has been heard. */
    void proven(long askedNanos) {
        if (!ear.isWronged() && !closed) {
            lastProofNanos = askedNanos;
        }
    }
}
