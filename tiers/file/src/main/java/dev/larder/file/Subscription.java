package dev.larder.file;

import dev.larder.bus.BusEar;
import dev.larder.bus.BusListener;
import dev.larder.bus.TagChange;
import dev.larder.tier.BusPosition;
import dev.larder.tier.FarCacheOptions;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One cache that listens to the bus. {@link #lastProofNanos()} and {@link #hasHeard} are for any thread; the rest is confined
 * to the bus's.
 */
final class Subscription {
    private static final long NONE = -1;

    private final String origin;
    private final FarCacheOptions options;
    private final BusEar ear;
    private final CompletableFuture<Boolean> isPlaced = new CompletableFuture<>();
    private volatile long lastProofNanos = NONE;
    private volatile @Nullable BusPosition heard;
    private long askedNanos = NONE;

    Subscription(String origin, FarCacheOptions options, BusListener listener) {
        this.origin = origin;
        this.options = options;
        this.ear = new BusEar(options.cache(), listener);
    }

    long lastProofNanos() {
        return lastProofNanos;
    }

    /** Whether everything up to {@code position} has reached the listener, or it was told of a gap since. */
    boolean hasHeard(BusPosition position) {
        BusPosition last = heard;
        return last != null && last.covers(position);
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

    /** Everything published before {@link #asking()}, and up to {@code position}, has been heard or is covered by a gap. */
    void heardAll(BusPosition position) {
        isPlaced.complete(true);
        if (ear.isWronged()) {
            ear.gap();
        }
        if (!ear.isWronged()) {
            heard = position;
            lastProofNanos = askedNanos == NONE ? lastProofNanos : askedNanos;
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
