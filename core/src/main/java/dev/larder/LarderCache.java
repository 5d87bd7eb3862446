package dev.larder;

import dev.larder.load.Awaited;
import dev.larder.load.BulkLoader;
import dev.larder.load.CacheContext;
import dev.larder.load.EntryLoader;
import dev.larder.load.LoadPath;
import dev.larder.load.Loaded;
import dev.larder.load.Loader;
import dev.larder.read.BulkReadPath;
import dev.larder.read.Lookup;
import dev.larder.read.ReadPath;
import dev.larder.stats.CacheStats;
import dev.larder.store.Store;
import dev.larder.tier.FarEntries;
import dev.larder.write.Invalidation;
import dev.larder.write.RebuildPath;
import dev.larder.write.RebuildReport;
import dev.larder.write.WritePath;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The cache that {@link CacheBuilder} makes: checks arguments and shows each call its way. Thread-safe. */
final class LarderCache<K, V> implements Cache<K, V> {
    private final CacheContext<K, V> context;
    private final CausalToken token;
    private final @Nullable EntryLoader<K, V> loader;
    private final @Nullable BulkLoader<K, V> bulkLoader;
    private final ReadPath<K, V> reads;
    private final BulkReadPath<K, V> bulkReads;
    private final WritePath<K, V> writes;
    private final Invalidation<K, V> invalidation;
    private final RebuildPath<K, V> rebuilds;
    private final ConcurrentMap<K, V> map;
    private final AsyncCache<K, V> async;
    private final NearView<K, V> near;

    LarderCache(
            CacheContext<K, V> context,
            CacheSettings<K, V> settings,
            WritePath<K, V> writes,
            Invalidation<K, V> invalidation) {
        this.context = context;
        this.token = CausalToken.NOTHING;
        this.bulkLoader = settings.bulkLoader;
        this.loader = settings.loader == null && bulkLoader != null ? oneByOne(bulkLoader) : settings.loader;
        LoadPath<K, V> loads = new LoadPath<>(context);
        this.reads = new ReadPath<>(context, loads);
        this.bulkReads = new BulkReadPath<>(context, reads, loads);
        this.writes = writes;
        this.invalidation = invalidation;
        this.rebuilds = new RebuildPath<>(context, invalidation);
        this.map = new CacheMap<>(this, context, reads, writes);
        this.near = new LarderNearView<>(context);
        this.async = new LarderAsyncCache<>(this, context.executor());
    }

    /** {@code base} for a reader who waits for {@code token}. */
    private LarderCache(LarderCache<K, V> base, FarEntries<K, V> far, CausalToken token) {
        List<String> positions = token.isComplete() ? token.positions() : null;
        this.context = base.context.after(
                new Awaited(far, positions, base.context.ticker().nanos()));
        this.token = token;
        this.bulkLoader = base.bulkLoader;
        this.loader = base.loader;
        LoadPath<K, V> loads = new LoadPath<>(context);
        this.reads = new ReadPath<>(context, loads);
        this.bulkReads = new BulkReadPath<>(context, reads, loads);
        this.writes = base.writes;
        this.invalidation = base.invalidation;
        this.rebuilds = base.rebuilds;
        this.map = base.map;
        this.near = base.near;
        this.async = new LarderAsyncCache<>(this, context.executor());
    }

    private static <K, V> EntryLoader<K, V> oneByOne(BulkLoader<K, V> bulkLoader) {
        return key -> Loaded.of(bulkLoader.loadAll(Set.of(key)).get(key));
    }

    private static <T> T nonNull(T argument, String name) {
        return Objects.requireNonNull(argument, name);
    }

    @Override
    public String name() {
        return context.name();
    }

    @Override
    public NearView<K, V> near() {
        return near;
    }

    @Override
    public Cache<K, V> after(CausalToken awaited) {
        CausalToken all = token.and(nonNull(awaited, "token"));
        FarEntries<K, V> far = context.far(); // without one no change of another process ever comes here
        return far == null || all.equals(token) ? this : new LarderCache<>(this, far, all);
    }

    /** All that this process has told the others of this cache. */
    CausalToken causalToken() {
        FarEntries<K, V> far = context.far();
        return far == null ? CausalToken.NOTHING : CausalToken.of(far.isPublished(), far.position());
    }

    @Override
    public @Nullable V get(K key) {
        return reads.get(nonNull(key, "key"), loader);
    }

    @Override
    public @Nullable V get(K key, Loader<? super K, ? extends V> oneOff) {
        nonNull(oneOff, "loader");
        return reads.get(nonNull(key, "key"), asked -> Loaded.of(oneOff.load(asked)));
    }

    /** The near tier's value in a field of its own if it can be served without waiting; null where it cannot. */
    @Nullable Now<V> getNow(K key) {
        var node = reads.getNow(nonNull(key, "key"), loader);
        return node == null ? null : new Now<>(node.value());
    }

    /** A value that was there at once. */
    record Now<V>(@Nullable V value) {}

    @Override
    public Lookup<V> lookup(K key) {
        return reads.lookup(nonNull(key, "key"));
    }

    @Override
    public Map<K, V> getAll(Collection<? extends K> keys) {
        return bulkReads.getAll(nonNull(keys, "keys"), bulkLoader, loader);
    }

    @Override
    public Map<K, V> getAll(Collection<? extends K> keys, BulkLoader<K, V> oneOff) {
        nonNull(oneOff, "loader");
        return bulkReads.getAll(nonNull(keys, "keys"), oneOff, oneByOne(oneOff));
    }

    @Override
    public void put(K key, V value) {
        writes.put(nonNull(key, "key"), nonNull(value, "value"));
    }

    @Override
    public void putAll(Map<? extends K, ? extends V> entries) {
        entries.forEach(this::put);
    }

    @Override
    public boolean putIfAbsent(K key, V value) {
        nonNull(value, "value");
        if (context.far() != null && lookup(key).isHit()) {
            return false;
        }
        return writes.putIf(nonNull(key, "key"), value, fresh -> fresh == null || fresh.value() == null);
    }

    @Override
    public boolean replace(K key, V value) {
        return writes.putIf(
                nonNull(key, "key"), nonNull(value, "value"), fresh -> fresh != null && fresh.value() != null);
    }

    @Override
    public boolean replace(K key, V expected, V value) {
        return writes.putIfEqual(nonNull(key, "key"), nonNull(expected, "expected"), nonNull(value, "value"));
    }

    @Override
    public void remove(K key) {
        writes.remove(List.of(nonNull(key, "key")));
    }

    @Override
    public void removeAll(Collection<? extends K> keys) {
        writes.remove(List.copyOf(keys));
    }

    @Override
    public void clear() {
        invalidation.clear();
    }

    @Override
    public void expire(K key) {
        invalidation.expire(nonNull(key, "key"));
    }

    @Override
    public void removeTag(String tag) {
        invalidation.removeTag(tag);
    }

    @Override
    public void staleTag(String tag) {
        invalidation.staleTag(tag);
    }

    @Override
    public boolean touch(K key) {
        return writes.touch(nonNull(key, "key"));
    }

    @Override
    public RebuildReport rebuild(Stream<? extends Map.Entry<? extends K, ? extends V>> entries) {
        return rebuilds.rebuild(nonNull(entries, "entries"));
    }

    @Override
    public ConcurrentMap<K, V> asMap() {
        return map;
    }

    @Override
    public AsyncCache<K, V> async() {
        return async;
    }

    @Override
    public CacheStats stats() {
        Store<K, V> store = context.near().current().store();
        return context.counters().snapshot(store.size(), store.weight());
    }

    /** Removes a bounded number of entries whose time has passed. */
    void sweep(int maxEntries) {
        context.near().current().store().expire(context.ticker().nanos(), maxEntries);
    }

    /** The far tier stopped or began to answer. */
    void onTierState(String tier, boolean available) {
        context.events().publish(listener -> listener.onTierStateChange(tier, available));
        if (available) {
            invalidation.settleSoon();
        }
    }

    void close() {
        if (context.far() != null) {
            context.far().close();
        }
    }

    @Override
    public String toString() {
        return "Cache '" + name() + "'";
    }
}
