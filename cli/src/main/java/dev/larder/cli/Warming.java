package dev.larder.cli;

import dev.larder.bus.BusListener;
import dev.larder.bus.TagChange;
import dev.larder.failure.TierException;
import dev.larder.tier.FarCache;
import dev.larder.tier.FarCacheOptions;
import dev.larder.tier.FarTier;
import dev.larder.tier.TierFactory;
import dev.larder.tier.TierUri;
import dev.larder.time.Scheduler;
import dev.larder.time.Ticker;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.ServiceLoader;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Reads keys of one cache from a shared tier at a steady rate, as bytes: no value is decoded. Whatever the tier does for a
 * read it does for these; over Memcached servers of which one has just joined, that is to copy the value to it from the
 * server that had the key before. For one thread.
 */
final class Warming implements AutoCloseable {
    /** Few enough that the copies of some portions under way have room, see the Memcached tier's limit. */
    static final int MOST_AT_ONCE = 50;

    private static final long SILENCE_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final int PORTIONS_PER_SECOND = 20;
    /** A copy takes three round trips, that of a large value some more. */
    private static final int PINGS_AT_THE_END = 8;

    private final Scheduler scheduler = Scheduler.system("larder-warm");
    private final Ticker ticker = Ticker.system();
    private final FarTier tier;
    private final FarCache cache;
    private final Duration timeout;
    private long nextNanos;

    /**
     * Opens the tier; fails with {@link IllegalArgumentException} where it is named wrongly.
     *
     * @param timeout how long a call may take
     */
    Warming(TierUri uri, String namespace, String cacheName, Duration timeout) {
        this.timeout = timeout;
        this.tier = open(uri, new TierFactory.Context(ticker, scheduler));
        this.cache = tier.cache(new FarCacheOptions(cacheName, namespace, SILENCE_NANOS, ticker), new Deaf());
        this.nextNanos = ticker.nanos();
    }

    private static FarTier open(TierUri uri, TierFactory.Context context) {
        TreeSet<String> known = new TreeSet<>();
        for (TierFactory factory : ServiceLoader.load(TierFactory.class)) {
            if (factory.schemes().contains(uri.scheme())) {
                return factory.open(uri, context);
            }
            known.addAll(factory.schemes());
        }
        throw new IllegalArgumentException("tier '" + uri + "' is none that processes share; these are: " + known);
    }

    /** Fails with a {@link TierException} where the tier does not answer. */
    void ping() throws InterruptedException {
        done(tier.ping());
    }

    /** How many keys are read together at {@code keysPerSecond}. */
    static int portion(int keysPerSecond) {
        return Math.max(1, Math.min(MOST_AT_ONCE, keysPerSecond / PORTIONS_PER_SECOND));
    }

    /** Reads {@code keys} when it is their turn at {@code keysPerSecond}; how many are there. */
    int read(List<String> keys, int keysPerSecond) throws InterruptedException {
        long wait = nextNanos - ticker.nanos();
        if (wait > 0) {
            scheduler.pause(wait);
        }
        // What was late is not made up for: a tier in trouble is not hurried.
        nextNanos = Math.max(nextNanos, ticker.nanos()) + TimeUnit.SECONDS.toNanos(keys.size()) / keysPerSecond;
        return done(cache.getAll(keys)).size();
    }

    /** Lets what reads have set off come to its end. */
    void finish() throws InterruptedException {
        for (int i = 0; i < PINGS_AT_THE_END; i++) {
            ping();
        }
    }

    private <T> T done(CompletionStage<T> stage) throws InterruptedException {
        try {
            return stage.toCompletableFuture().get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw new TierException(
                    String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()), e);
        } catch (TimeoutException e) {
            throw new TierException(tier.name() + " did not answer within " + timeout.toMillis() + " ms", e);
        }
    }

    @Override
    public void close() {
        cache.close();
        tier.close();
        scheduler.close();
    }

    /** Keeps nothing near, so nothing needs to be removed. */
    private static final class Deaf implements BusListener {
        @Override
        public void invalidated(Collection<String> keys) {}

        @Override
        public void cleared() {}

        @Override
        public void gap() {}

        @Override
        public void tagChanged(TagChange change) {}
    }
}
