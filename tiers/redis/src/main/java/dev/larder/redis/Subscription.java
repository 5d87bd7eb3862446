package dev.larder.redis;

import dev.larder.bus.BusEar;
import dev.larder.bus.BusListener;
import dev.larder.tier.BusPosition;
import dev.larder.tier.FarCacheOptions;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One cache that listens to the bus. {@link #lastProofNanos()}, {@link #hasHeard} and {@link #placed()} are for any thread;
 * the rest is confined to the bus's.
 */
final class Subscription {
    private static final long NONE = -1;

    private final String cache;
    private final String origin;
    private final FarCacheOptions options;
    private final BusEar ear;
    private final CompletableFuture<Boolean> placed = new CompletableFuture<>();
    private volatile long lastProofNanos = NONE;
    private volatile @Nullable BusPosition heard;
    private long askedNanos = NONE;
    private long busProofNanos = NONE;
    private long watchProofNanos = Long.MAX_VALUE;

    Subscription(Keyspace keys, String origin, FarCacheOptions options, BusListener listener) {
        this.cache = keys.cache();
        this.origin = origin;
        this.options = options;
        this.ear = new BusEar(cache, listener);
    }

    long lastProofNanos() {
        return lastProofNanos;
    }

    long maxSilenceNanos() {
        return options.maxSilenceNanos();
    }

    /**
     * Completes once: true when the bus has its place in the stream before anybody uses the cache, false when the cache is
     * used before that. In the second case the listener must be told of a gap.
     */
    CompletableFuture<Boolean> placed() {
        return placed;
    }

    /** The bus is about to ask Redis for news. */
    void asking() {
        askedNanos = options.ticker().nanos();
    }

    /** Whether everything up to {@code position} has reached the listener, or it was told of a gap since. */
    boolean hasHeard(BusPosition position) {
        BusPosition last = heard;
        return last != null && last.covers(position);
    }

    /** Everything published before {@link #asking()}, and everything up to {@code position}, has been heard. */
    void proven(BusPosition position) {
        if (!ear.isWronged()) {
            heard = position;
            busProofNanos = askedNanos == NONE ? busProofNanos : askedNanos;
            prove();
        }
        askedNanos = NONE;
    }

    /** All that was changed in Redis before {@code nanos} has been heard, where Redis is watched too. */
    void watched(long nanos) {
        if (!ear.isWronged()) {
            watchProofNanos = nanos;
            prove();
        }
    }

    private void prove() {
        lastProofNanos = Math.min(busProofNanos, watchProofNanos);
    }

    /** Values were changed in Redis, by whomever. */
    void changed(Collection<String> keys) {
        ear.invalidated(keys);
    }

    /** Another generation is read now, whoever named it. */
    void replaced() {
        ear.cleared();
    }

    void hear(BusMessage message) {
        if (!message.cache().equals(cache) || message.origin().equals(origin)) {
            return;
        }
        switch (message.event()) {
            case INVALIDATED -> ear.invalidated(message.keys());
            case CLEARED -> ear.cleared();
            case TAG_REMOVED, TAG_STALE -> ear.tagChanged(message.change());
            case HELLO -> {}
        }
    }

    /** Messages may have been lost. */
    void gap() {
        ear.gap();
    }

    /** Whether the listener failed to take a message, so that it must be told of a gap. */
    boolean isWronged() {
        return ear.isWronged();
    }
}
