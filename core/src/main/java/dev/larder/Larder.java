package dev.larder;

import dev.larder.codec.TypeRef;
import dev.larder.failure.LoadException;
import dev.larder.failure.TierException;
import dev.larder.load.Loaded;
import dev.larder.stack.StackTier;
import dev.larder.tier.FarGuard;
import dev.larder.tier.FarTier;
import dev.larder.time.PacedTicker;
import dev.larder.time.Scheduler;
import dev.larder.time.Ticker;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Opens tiers and makes caches over them.
 *
 * <pre>{@code
 * Larder larder = Larder.open("memory:256MiB", "redis://cache:6379");
 * Cache<Long, Product> products = larder.cache("products", Long.class, Product.class)
 *     .timeToLive(Duration.ofHours(1))
 *     .staleWhileRevalidate(Duration.ofMinutes(5))
 *     .loader(catalogue::product)
 *     .build();
 * }</pre>
 *
 * Thread-safe. An application usually has one, and closes it at its end.
 */
public final class Larder implements AutoCloseable {
    private static final long SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    /** Entries looked at in one sweep of one cache: a fraction of a millisecond's work. */
    private static final int SWEEP_ENTRIES = 16_384;

    private final Parts parts;
    private final @Nullable FarGuard guard;
    private final @Nullable Scheduler ownScheduler;
    private final @Nullable ExecutorService ownExecutor;
    private final Map<String, LarderCache<?, ?>> caches = new ConcurrentSkipListMap<>();
    /** The names taken, also of caches that are just being built. */
    private final Set<String> names = ConcurrentHashMap.newKeySet();

    private final AtomicInteger memoized = new AtomicInteger();
    private volatile boolean closed;

    /** What a Larder is made of. */
    record Parts(
            String namespace,
            long nearBytes,
            @Nullable FarTier far,
            Ticker ticker,
            Scheduler scheduler,
            Executor executor,
            long tierTimeoutNanos,
            long maxSilenceNanos) {}

    Larder(Parts parts, @Nullable Scheduler ownScheduler, @Nullable ExecutorService ownExecutor) {
        this.parts = parts;
        this.ownScheduler = ownScheduler;
        this.ownExecutor = ownExecutor;
        FarTier far = parts.far();
        this.guard = far == null ? null : new FarGuard(far.name(), parts.ticker(), parts.tierTimeoutNanos());
        if (guard != null) {
            String tier = guard.tier();
            guard.watch(available -> caches.values().forEach(cache -> cache.onTierState(tier, available)));
        }
        scheduleSweep();
    }

    /** Caches of this process alone, each bounded to 64 MiB unless it says otherwise. */
    public static Larder inProcess() {
        return builder().open();
    }

    /**
     * Opens tiers by their URIs, nearest first: {@code memory:64MiB} bounds each cache's near tier in bytes; behind it
     * may stand a shared tier, such as {@code redis://127.0.0.1:6379}, or up to three in a row ({@link StackTier}).
     *
     * @throws IllegalArgumentException as {@link LarderBuilder#open()}
     */
    public static Larder open(String... tiers) {
        return builder().tiers(tiers).open();
    }

    /** Opens tiers with more choice. */
    public static LarderBuilder builder() {
        return new LarderBuilder();
    }

    /** Begins the description of a cache; {@code name} is 1 to 64 letters, digits, dots, underscores and dashes. */
    public <K, V> CacheBuilder<K, V> cache(String name, Class<K> keyType, Class<V> valueType) {
        return describe(name, keyType, valueType);
    }

    /** As {@link #cache(String, Class, Class)}, for types with arguments. */
    public <K, V> CacheBuilder<K, V> cache(String name, TypeRef<K> keyType, TypeRef<V> valueType) {
        return describe(name, keyType.type(), valueType.type());
    }

    private <K, V> CacheBuilder<K, V> describe(String name, Type keyType, Type valueType) {
        Objects.requireNonNull(keyType, "keyType");
        Objects.requireNonNull(valueType, "valueType");
        return new CacheBuilder<>(this, Names.check("a cache's name", name), keyType, valueType);
    }

    /**
     * A function that remembers what {@code function} gave, in process and within the near tier's bound: called again
     * with an equal argument, at once or by many, it is computed once. A null is remembered for 30 seconds. What the
     * function throws is thrown to all who wait for it.
     */
    public <K, V> Function<K, @Nullable V> memoize(Function<? super K, ? extends @Nullable V> function) {
        Objects.requireNonNull(function, "function");
        CacheSettings<K, V> settings = new CacheSettings<>();
        settings.isNearOnly = true;
        settings.loader = key -> Loaded.of(function.apply(key));
        Cache<K, V> cache = build("memoized-" + memoized.incrementAndGet(), Object.class, Object.class, settings);
        return key -> {
            try {
                return cache.get(key);
            } catch (LoadException e) {
                if (e.getCause() instanceof RuntimeException own) {
                    throw own;
                }
                throw e;
            }
        };
    }

    /** The caches built so far, by name. */
    public Collection<Cache<?, ?>> caches() {
        return List.copyOf(caches.values());
    }

    /**
     * What this process's caches have told other processes up to now: a change whose call has returned is covered. Give it
     * to the user's next request, in a cookie say, and read there by {@link Cache#after}. Asks nobody.
     */
    public CausalToken causalToken() {
        CausalToken token = CausalToken.NOTHING;
        for (LarderCache<?, ?> cache : caches.values()) {
            token = token.and(cache.causalToken());
        }
        return token;
    }

    /** Whether the shared tier answers, as far as is known; true where there is none. */
    public boolean isTierAvailable() {
        return guard == null || guard.isAvailable();
    }

    /**
     * Asks the shared tier once, if there is one.
     *
     * @throws TierException naming the tier and the reason, if it does not answer well within {@code timeout}
     */
    public void ping(Duration timeout) {
        FarTier far = parts.far();
        if (far == null) {
            return;
        }
        try {
            far.ping().toCompletableFuture().get(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            throw new TierException("tier " + far.name() + " did not answer within " + timeout.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new TierException("interrupted while waiting for tier " + far.name(), e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new TierException(String.valueOf(cause.getMessage()), cause);
        }
    }

    <K, V> Cache<K, V> build(String name, Type keyType, Type valueType, CacheSettings<K, V> settings) {
        reserve(name);
        try { // outside the lock: a far tier may be asked
            LarderCache<K, V> cache = new CacheAssembly<>(parts, guard, name, settings).assemble(keyType, valueType);
            caches.put(name, cache);
            if (closed) {
                cache.close();
            }
            return cache;
        } catch (RuntimeException e) {
            names.remove(name);
            throw e;
        }
    }

    private synchronized void reserve(String name) {
        if (closed) {
            throw new IllegalStateException("this Larder is closed; cache '" + name + "' cannot be built");
        }
        if (!names.add(name)) {
            throw new IllegalStateException("this Larder has a cache named '" + name + "' already");
        }
    }

    private void sweep() {
        if (closed) {
            return;
        }
        try {
            caches.values().forEach(cache -> cache.sweep(SWEEP_ENTRIES));
        } finally {
            scheduleSweep();
        }
    }

    private void scheduleSweep() {
        try {
            parts.scheduler().schedule(this::sweep, SWEEP_NANOS);
        } catch (IllegalStateException e) { // the scheduler was closed before the Larder: nothing is swept any more
            return;
        }
    }

    /**
     * Lets go of the tiers and of the threads made for them. Idempotent. Caches go on answering from their near tiers and
     * from loaders that need no executor; nothing is invalidated in them by other processes any more, so do not use them.
     */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        if (parts.ticker() instanceof PacedTicker paced) {
            paced.stop();
        }
        caches.values().forEach(LarderCache::close);
        if (parts.far() != null) {
            parts.far().close();
        }
        if (ownScheduler != null) {
            ownScheduler.close();
        }
        if (ownExecutor != null) {
            ownExecutor.shutdown();
        }
    }
}
