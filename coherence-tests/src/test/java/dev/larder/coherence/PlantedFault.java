package dev.larder.coherence;

import dev.larder.LarderBuilder;
import dev.larder.bus.BusListener;
import dev.larder.bus.TagChange;
import dev.larder.tier.Acquired;
import dev.larder.tier.FarCache;
import dev.larder.tier.FarCacheOptions;
import dev.larder.tier.FarRebuild;
import dev.larder.tier.FarTier;
import dev.larder.tier.FarValue;
import dev.larder.tier.LeaseRequest;
import dev.larder.tier.TierFactory;
import dev.larder.tier.TierUri;
import dev.larder.tier.Tokens;
import dev.larder.time.Scheduler;
import dev.larder.time.Ticker;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A way to build Larder wrongly, to see that the checker finds it. */
enum PlantedFault {
    /** As it should be. */
    NONE("nothing"),
    /** Every tenth message of the bus is lost, and nobody notices. */
    DEAF_BUS("G2"),
    /** A fill that is refused is tried again under a new lease. */
    BLIND_FILL("G2"),
    /** Every tenth removal does not reach the server, and is said to have. */
    LOST_REMOVAL("G2"),
    /** Who is told that another one loads takes it for the lease. */
    GREEDY_LEASE("G1"),
    /** A rebuild leaves half of its rows out. */
    LOST_ROWS("G7");

    private static final int SHARE = 10;
    private static final long LEASE_MILLIS = 2_000;

    private final String promise;

    PlantedFault(String promise) {
        this.promise = promise;
    }

    /** What it breaks. */
    String promise() {
        return promise;
    }

    /** Has the builder open {@code tiers}; the last one wrongly. */
    void openOn(LarderBuilder builder, List<String> tiers) {
        if (this == NONE) {
            builder.tiers(tiers.toArray(String[]::new));
            return;
        }
        TierFactory.Context context = new TierFactory.Context(Ticker.system(), Scheduler.system("planted-fault-timer"));
        TierUri uri = TierUri.parse(tiers.get(tiers.size() - 1));
        FarTier tier = ServiceLoader.load(TierFactory.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(factory -> factory.schemes().contains(uri.scheme()))
                .findFirst()
                .orElseThrow()
                .open(uri, context);
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
                    Object answer = invoke(cache, method, arguments);
                    if (this == GREEDY_LEASE && method.getName().equals("acquire")) {
                        return stage(answer).thenApply(PlantedFault::greedy);
                    }
                    if (this == LOST_ROWS && method.getName().equals("rebuild")) {
                        return stage(answer).thenApply(rebuild -> halved((FarRebuild) rebuild));
                    }
                    return answer;
                });
    }

    private static Object greedy(Object lease) {
        return lease instanceof Acquired.Lost lost ? new Acquired.Won(lost.stale()) : lease;
    }

    private static CompletionStage<?> stage(@Nullable Object answer) {
        return (CompletionStage<?>) Objects.requireNonNull(answer);
    }

    private static @Nullable Object invoke(Object behind, Method method, Object @Nullable [] arguments)
            throws Throwable {
        try {
            return method.invoke(behind, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause() == null ? e : e.getCause();
        }
    }

    private static FarRebuild halved(FarRebuild rebuild) {
        return (FarRebuild) Proxy.newProxyInstance(
                FarRebuild.class.getClassLoader(), new Class<?>[] {FarRebuild.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("write")) {
                        Map<String, FarValue> rows = new TreeMap<>();
                        ((Map<?, ?>) arguments[0]).forEach((key, value) -> rows.put((String) key, (FarValue) value));
                        rows.keySet().removeIf(key -> key.hashCode() % 2 == 0);
                        return rebuild.write(rows);
                    }
                    return invoke(rebuild, method, arguments);
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
