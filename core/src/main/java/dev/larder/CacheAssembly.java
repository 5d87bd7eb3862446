package dev.larder;

import dev.larder.bus.BusRelay;
import dev.larder.codec.Codec;
import dev.larder.codec.CodecProvider;
import dev.larder.codec.Codecs;
import dev.larder.codec.KeyCodec;
import dev.larder.codec.KeyCodecs;
import dev.larder.event.Events;
import dev.larder.event.RemovalCause;
import dev.larder.expiry.ExpiryRules;
import dev.larder.failure.Backoff;
import dev.larder.load.CacheContext;
import dev.larder.load.Failures;
import dev.larder.load.LoadLimit;
import dev.larder.load.LoadTimes;
import dev.larder.load.NearTier;
import dev.larder.load.Trust;
import dev.larder.stats.Counters;
import dev.larder.store.Bound;
import dev.larder.store.EmptyStore;
import dev.larder.store.HeapStore;
import dev.larder.store.NodeFactory;
import dev.larder.store.SizeEstimator;
import dev.larder.store.Store;
import dev.larder.store.StoreOptions;
import dev.larder.store.Weigher;
import dev.larder.tag.Tagging;
import dev.larder.tier.FarCacheOptions;
import dev.larder.tier.FarEntries;
import dev.larder.tier.FarFormat;
import dev.larder.tier.FarGuard;
import dev.larder.tier.FarTier;
import dev.larder.write.Invalidation;
import dev.larder.write.LocalWrites;
import dev.larder.write.WritePath;
import java.lang.reflect.Type;
import java.util.Objects;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** Puts the parts of one cache together. For one thread; used once. */
final class CacheAssembly<K, V> {
    private final Larder.Parts parts;
    private final @Nullable FarGuard guard;
    private final String name;
    private final CacheSettings<K, V> settings;
    private final Counters counters = new Counters();
    private final Events<K, V> events;
    private final NearRemovals<K, V> removals;

    CacheAssembly(Larder.Parts parts, @Nullable FarGuard guard, String name, CacheSettings<K, V> settings) {
        this.parts = parts;
        this.guard = guard;
        this.name = name;
        this.settings = settings;
        this.events = new Events<>(settings.listeners, parts.executor(), counters);
        this.removals = new NearRemovals<>(name, counters, events, settings);
    }

    LarderCache<K, V> assemble(Type keyType, Type valueType) {
        NodeFactory<K, V> nodes = new NodeFactory<>(settings.expiryRules(), weigher(), hasFarTier());
        BusRelay relay = new BusRelay();
        Tagging<K, V> tagging = new Tagging<>(settings.tagger);
        FarEntries<K, V> far = settings.isNearOnly ? null : far(new Types(keyType, valueType), nodes, tagging, relay);
        if (far != null && tagging.hasTagger() && !far.keepsTags()) {
            far.close();
            throw new IllegalArgumentException(
                    "tier " + far.tier() + " keeps no tags: take another one for this cache (cache '" + name + "')");
        }
        CacheContext<K, V> context = context(nodes, tagging, far);
        LocalWrites<K> local = new LocalWrites<>();
        Invalidation<K, V> invalidation = new Invalidation<>(context, local);
        WritePath<K, V> writes = new WritePath<>(context, invalidation, local, settings.writer, settings.transactions);
        relay.connect(invalidation);
        return new LarderCache<>(context, settings, writes, invalidation);
    }

    private CacheContext<K, V> context(NodeFactory<K, V> nodes, Tagging<K, V> tagging, @Nullable FarEntries<K, V> far) {
        ExpiryRules rules = settings.expiryRules();
        return new CacheContext<>(
                name,
                rules,
                new LoadTimes(settings.softTimeout, settings.hardTimeout, settings.waitTimeout, settings.leaseTime),
                new NearTier<>(max -> store(rules, max), hasNearTier() ? bound().max() : 0, this::retired),
                far,
                new Trust(parts.maxSilenceNanos(), settings.servesUnproven, null),
                nodes,
                tagging,
                new Failures<>(new Backoff(settings.firstBackoff, settings.longestBackoff)),
                new LoadLimit(name, settings.maxConcurrentLoads, settings.maxWaiters),
                counters,
                events,
                parts.ticker(),
                parts.scheduler(),
                parts.executor());
    }

    private Bound bound() {
        long bytes = parts.nearBytes() > 0 ? parts.nearBytes() : LarderBuilder.DEFAULT_NEAR_BYTES;
        return settings.bound != null ? settings.bound : Bound.bytes(bytes);
    }

    private Store<K, V> store(ExpiryRules rules, long max) {
        return hasNearTier()
                ? new HeapStore<>(
                        StoreOptions.of(new Bound(bound().unit(), max))
                                .withIdleNanos(rules.timeToIdle())
                                .withPolicy(settings.eviction)
                                .withTicker(parts.ticker()),
                        removals)
                : new EmptyStore<>();
    }

    private boolean hasFarTier() {
        return parts.far() != null && !settings.isNearOnly;
    }

    private boolean hasNearTier() {
        return parts.nearBytes() > 0 || settings.isNearOnly;
    }

    private Weigher<? super K, ? super V> weigher() {
        if (!hasNearTier()) {
            return (key, value) -> 0;
        }
        return switch (bound().unit()) {
            case ENTRIES -> (key, value) -> 1;
            case WEIGHT -> Objects.requireNonNull(settings.weigher);
            case BYTES ->
                settings.tagger != null
                        ? SizeEstimator.ofTagged()
                        : SizeEstimator.of(
                                hasFarTier() || settings.expiryRules().readsDetails());
        };
    }

    /** A store that is served no more: tells the listeners of what was in it. */
    private void retired(Store<K, V> store) {
        if (events.isHeard()) {
            store.clear(RemovalCause.CLEARED);
        }
    }

    private @Nullable FarEntries<K, V> far(
            Types types, NodeFactory<K, V> nodes, Tagging<K, V> tagging, BusRelay relay) {
        FarTier tier = parts.far();
        if (tier == null || guard == null) {
            return null;
        }
        FarFormat<K, V> format = new FarFormat<>(codings(types), nodes, tagging, counters);
        FarCacheOptions options = new FarCacheOptions(name, parts.namespace(), parts.maxSilenceNanos(), parts.ticker());
        return new FarEntries<>(tier.cache(options, relay), guard, format, tagging, counters, parts.ticker());
    }

    /** The types of a cache's keys and values. */
    private record Types(Type key, Type value) {}

    private FarFormat.Codings<K, V> codings(Types types) {
        return new FarFormat.Codings<>(keyCodec(types.key()), codec(types.value()), settings.compressAbove);
    }

    private KeyCodec<K> keyCodec(Type keyType) {
        if (settings.keyCodec != null) {
            return settings.keyCodec;
        }
        try {
            return KeyCodecs.of(keyType);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(e.getMessage() + " (cache '" + name + "')", e);
        }
    }

    private Codec<V> codec(Type valueType) {
        if (settings.codec != null) {
            return settings.codec;
        }
        Codec<?> plain = Codecs.of(valueType);
        if (plain != null) {
            return cast(plain);
        }
        for (CodecProvider provider : ServiceLoader.load(CodecProvider.class)) {
            return provider.codec(valueType);
        }
        throw new IllegalArgumentException("values of " + valueType.getTypeName()
                + " need a codec for the shared tier; add larder-json to the class path or give the cache a codec"
                + " (cache '" + name + "')");
    }

    @SuppressWarnings("unchecked") // it is the codec of V's own type
    private static <V> Codec<V> cast(Codec<?> codec) {
        return (Codec<V>) codec;
    }
}
