package dev.larder.coherence;

import dev.larder.LarderBuilder;
import dev.larder.bus.BusListener;
import dev.larder.bus.TagChange;
import dev.larder.redis.RedisTierFactory;
import dev.larder.tier.Acquired;
import dev.larder.tier.FarCache;
import dev.larder.tier.FarCacheOptions;
import dev.larder.tier.FarTier;
import dev.larder.tier.FarValue;
import dev.larder.tier.LeaseRequest;
import dev.larder.tier.TierFactory;
import dev.larder.tier.TierUri;
import dev.larder.tier.Tokens;
import dev.larder.time.Scheduler;
import dev.larder.time.Ticker;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;

/** A way to build Larder wrongly, to see that the checker finds it. */
enum PlantedFault {
    /** As it should be. */
    NONE,
    /** Every tenth message of the bus is lost, and nobody notices. */
    DEAF_BUS,
    /** A fill that is refused is tried again under a new lease. */
    BLIND_FILL,
    /** Every tenth removal does not reach the server, and is said to have. */
    LOST_REMOVAL;

    private static final int SHARE = 10;
    private static final long LEASE_MILLIS = 2_000;

    /** Has the builder open {@code tiers}; the last one wrongly, which must be Redis then. */
    void openOn(LarderBuilder builder, List<String> tiers) {
        if (this == NONE) {
            builder.tiers(tiers.toArray(String[]::new));
            return;
        }
        TierFactory.Context context = new TierFactory.Context(Ticker.system(), Scheduler.system("planted-fault-timer"));
        FarTier tier = new RedisTierFactory().open(TierUri.parse(tiers.get(tiers.size() - 1)), context);
        builder.tiers(tiers.subList(0, tiers.size() - 1).toArray(String[]::new)).farTier(wrapped(tier));
    }

    private FarTier wrapped(FarTier tier) {
        return new FarTier() {
            @Override
            public String name() {
                return tier.name();
            }

            @Override
            public FarCache cache(FarCacheOptions options, BusListener listener) {
                return PlantedFault.this.wrapped(
                        tier.cache(options, PlantedFault.this == DEAF_BUS ? deaf(listener) : listener));
            }

            @Override
            public CompletionStage<Void> ping() {
                return tier.ping();
            }

            @Override
            public void close() {
                tier.close();
            }
        };
    }

    private static BusListener deaf(BusListener listener) {
        AtomicLong heard = new AtomicLong();
        return new BusListener() {
            @Override
            public void invalidated(Collection<String> keys) {
                if (heard.incrementAndGet() % SHARE != 0) {
                    listener.invalidated(keys);
                }
            }

            @Override
            public void cleared() {
                listener.cleared();
            }

            @Override
            public void tagChanged(TagChange change) {
                listener.tagChanged(change);
            }

            @Override
            public void gap() {
                listener.gap();
            }
        };
    }

    private FarCache wrapped(FarCache cache) {
        AtomicLong calls = new AtomicLong();
        return (FarCache) Proxy.newProxyInstance(
                FarCache.class.getClassLoader(), new Class<?>[] {FarCache.class}, (proxy, method, arguments) -> {
                    if (this == LOST_REMOVAL
                            && method.getName().equals("invalidate")
                            && calls.incrementAndGet() % SHARE == 0) {
                        return CompletableFuture.completedFuture(null);
                    }
                    if (this == BLIND_FILL && method.getName().equals("fill")) {
                        return blindFill(cache, (String) arguments[0], (String) arguments[1], (FarValue) arguments[2]);
                    }
                    try {
                        return method.invoke(cache, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause() == null ? e : e.getCause();
                    }
                });
    }

    private static CompletionStage<Boolean> blindFill(FarCache cache, String key, String token, FarValue value) {
        return cache.fill(key, token, value).thenCompose(stored -> stored ? done(true) : again(cache, key, value));
    }

    private static CompletionStage<Boolean> again(FarCache cache, String key, FarValue value) {
        String other = Tokens.next();
        return cache.acquire(key, new LeaseRequest(other, LEASE_MILLIS, 0))
                .thenCompose(answer -> answer instanceof Acquired.Won ? cache.fill(key, other, value) : done(false));
    }

    private static CompletionStage<Boolean> done(boolean stored) {
        return CompletableFuture.completedFuture(stored);
    }
}
