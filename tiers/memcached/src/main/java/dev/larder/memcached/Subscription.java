package dev.larder.memcached;

import dev.larder.bus.BusEar;
import dev.larder.bus.BusListener;
import dev.larder.tier.BusPosition;
import dev.larder.tier.FarCacheOptions;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One cache that listens to the bus, and what is proven to it. {@link #lastProofNanos()}, {@link #hasHeard},
 * {@link #placed()} and {@link #close()} are for any thread; the rest is confined to the bus's.
 */
final class Subscription {
    private static final long NONE = -1;

    private final String origin;
    private final FarCacheOptions options;
    private final BusEar ear;
    private final CompletableFuture<Boolean> placed = new CompletableFuture<>();
    private volatile long lastProofNanos = NONE;
    private volatile @Nullable BusPosition heard;
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
        BusMessage.Content content = message.content();
        if (content instanceof BusMessage.Keys voided) {
            ear.invalidated(voided.keys());
        } else if (content instanceof BusMessage.Tagged tagged) {
            ear.tagChanged(tagged.change());
        } else {
            ear.cleared();
        }
    }

    /** From here on everything is heard; of what came before, nothing is known. */
    void gap() {
        hasPlace = true;
        if (!placed.complete(true) && !closed) {
            ear.gap();
        }
    }

    /** Whether everything up to {@code position} has reached the listener, or it was told of a gap since. */
    boolean hasHeard(BusPosition position) {
        BusPosition last = heard;
        return last != null && last.covers(position);
    }

    /** Everything published before {@code askedNanos}, and everything up to {@code position}, has been heard. */
    void proven(long askedNanos, BusPosition position) {
        if (!ear.isWronged() && !closed) {
            heard = position;
            lastProofNanos = askedNanos;
        }
    }
}
