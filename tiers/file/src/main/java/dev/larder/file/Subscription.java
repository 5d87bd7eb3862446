package dev.larder.file;

import dev.larder.bus.BusEar;
import dev.larder.bus.BusListener;
import dev.larder.bus.TagChange;
import dev.larder.tier.FarCacheOptions;
import java.util.concurrent.CompletableFuture;

/** One cache that listens to the bus. {@link #lastProofNanos()} is for any thread; the rest is confined to the bus's. */
final class Subscription {
    private static final long NONE = -1;

    private final String origin;
    private final FarCacheOptions options;
    private final BusEar ear;
    private final CompletableFuture<Boolean> isPlaced = new CompletableFuture<>();
    private volatile long lastProofNanos = NONE;
    private long askedNanos = NONE;

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

    /** The log is about to be read. */
    void asking() {
        askedNanos = options.ticker().nanos();
    }

    /**
     * Completes once: true when the bus has its place in the log before anybody uses the cache, false when the cache is
     * used before that. In the second case the listener must be told of a gap.
     */
    CompletableFuture<Boolean> isPlaced() {
        return isPlaced;
    }

    /** The bus took a new place in the log: what came before it was not heard, unless nobody could have asked yet. */
    void placed() {
        if (!isPlaced.complete(true)) {
            ear.gap();
        }
    }

    /** Everything published before {@link #asking()} has been heard, or is covered by a gap. */
    void heardAll() {
        isPlaced.complete(true);
        if (ear.isWronged()) {
            ear.gap();
        }
        if (!ear.isWronged() && askedNanos != NONE) {
            lastProofNanos = askedNanos;
        }
        askedNanos = NONE;
    }

    void hear(BusMessage message) {
        if (!message.cache().equals(options.cache()) || message.origin().equals(origin)) {
            return;
        }
        switch (message.event()) {
            case INVALIDATED -> ear.invalidated(message.names());
            case CLEARED -> ear.cleared();
            case TAG_REMOVED -> ear.tagChanged(message.tagChange(TagChange.Kind.REMOVED));
            case TAG_STALE -> ear.tagChanged(message.tagChange(TagChange.Kind.STALE));
        }
    }
}
