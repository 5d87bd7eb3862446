package dev.larder;

import dev.larder.codec.Codec;
import dev.larder.codec.KeyCodec;
import dev.larder.event.CacheListener;
import dev.larder.event.EvictionListener;
import dev.larder.load.BulkLoader;
import dev.larder.load.EntryLoader;
import dev.larder.load.Loaded;
import dev.larder.load.Loader;
import dev.larder.policy.Eviction;
import dev.larder.store.Bound;
import dev.larder.store.Weigher;
import dev.larder.tag.Tagger;
import dev.larder.time.Ticker;
import dev.larder.write.Transactions;
import dev.larder.write.Writer;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Objects;

/**
 * Describes one cache of a {@link Larder}. Every setting has a default that is safe; {@link #build()} checks them
 * together. Values out of range throw {@link IllegalArgumentException} at once, naming the setting, the rule, the value
 * and the cache. For one thread; used once.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public final class CacheBuilder<K, V> {
    private final Larder larder;
    private final String name;
    private final Type keyType;
    private final Type valueType;
    private final CacheSettings<K, V> settings = new CacheSettings<>();

    CacheBuilder(Larder larder, String name, Type keyType, Type valueType) {
        this.larder = larder;
        this.name = name;
        this.keyType = keyType;
        this.valueType = valueType;
    }

    /** How long a value stays fresh, counted from the start of its load or from its put. Default: for ever. */
    public CacheBuilder<K, V> timeToLive(Duration timeToLive) {
        settings.timeToLive = positive("timeToLive", timeToLive);
        return this;
    }

    /**
     * How long the absence of a value is remembered. Default: 30 seconds, or the time to live where that is shorter.
     * Zero: not at all.
     */
    public CacheBuilder<K, V> negativeTimeToLive(Duration negativeTimeToLive) {
        settings.negativeTimeToLive = notNegative("negativeTimeToLive", negativeTimeToLive);
        return this;
    }

    /** How long an entry is kept in the near tier unread. Default: for ever. */
    public CacheBuilder<K, V> timeToIdle(Duration timeToIdle) {
        settings.timeToIdle = positive("timeToIdle", timeToIdle);
        return this;
    }

    /**
     * The largest share of a time to live that is taken off it at random, so that entries stored together do not expire
     * together: 0…1, default 0.1. A value never lives longer than promised.
     */
    public CacheBuilder<K, V> jitter(double share) {
        settings.jitter = share("jitter", share);
        return this;
    }

    /** How long past its time to live a value is served while one load renews it. Default: zero. As in RFC 5861. */
    public CacheBuilder<K, V> staleWhileRevalidate(Duration window) {
        settings.staleWhileRevalidate = notNegative("staleWhileRevalidate", window);
        return this;
    }

    /** How long past its time to live a value is served when its load fails. Default: zero. As in RFC 5861. */
    public CacheBuilder<K, V> staleIfError(Duration window) {
        settings.staleIfError = notNegative("staleIfError", window);
        return this;
    }

    /** The share of the time to live after which a read renews a value in the background: 0…1; default 1, never. */
    public CacheBuilder<K, V> refreshAhead(double shareOfTimeToLive) {
        settings.refreshAhead = share("refreshAhead", shareOfTimeToLive);
        return this;
    }

    /**
     * How long a read waits for a load while it has a stale value to serve (within {@link #staleIfError}); then it serves
     * that, and the load goes on. Default: as long as the hard timeout.
     */
    public CacheBuilder<K, V> softTimeout(Duration timeout) {
        settings.softTimeout = positive("softTimeout", timeout);
        return this;
    }

    /**
     * How long a read waits for a load at all; then it throws {@link dev.larder.failure.LoadTimeoutException}, and the
     * load goes on. Setting a timeout moves loads from the calling thread to the Larder's executor. Default: none for the
     * thread that loads, 30 seconds for those that wait for it.
     */
    public CacheBuilder<K, V> hardTimeout(Duration timeout) {
        settings.hardTimeout = positive("hardTimeout", timeout);
        return this;
    }

    /**
     * How long a key is left alone after its load failed: {@code first} after the second failure in a row (the first is
     * free), twice as long after each further one, {@code longest} at most. Defaults: 100 ms and 30 s.
     */
    public CacheBuilder<K, V> failureBackoff(Duration first, Duration longest) {
        settings.firstBackoff = notNegative("failureBackoff", first);
        settings.longestBackoff = notNegative("failureBackoff", longest);
        return this;
    }

    /** How many loads of this cache may run at once; further ones wait within their time-out. Default: 256. */
    public CacheBuilder<K, V> maxConcurrentLoads(int loads) {
        settings.maxConcurrentLoads = (int) atLeastOne("maxConcurrentLoads", loads);
        return this;
    }

    /** How many callers may wait for loads of this cache at once; further ones are refused. Default: 10,000. */
    public CacheBuilder<K, V> maxWaiters(int waiters) {
        settings.maxWaiters = (int) atLeastOne("maxWaiters", waiters);
        return this;
    }

    /** How long this process may be silent in mid-load before another may load the same key. Default: 2 seconds. */
    public CacheBuilder<K, V> leaseTime(Duration leaseTime) {
        settings.leaseTime = positive("leaseTime", leaseTime);
        return this;
    }

    /**
     * Available rather than strict: while the bus gives no proof that nothing was missed, the near tier's entries are
     * served on until their time to live, and the stale windows after it, have passed; so a value that another process
     * removed meanwhile may be served that long. After a gap in the messages the near tier is emptied all the same. Needs a
     * {@link #timeToLive}. Default: not; such an entry is not served.
     */
    public CacheBuilder<K, V> serveUnproven() {
        settings.servesUnproven = true;
        return this;
    }

    /** Bounds the near tier by the number of entries. Without a bound the {@code memory:} tier's own holds. */
    public CacheBuilder<K, V> maxEntries(long entries) {
        return bound(Bound.entries(atLeastOne("maxEntries", entries)));
    }

    /** Bounds the near tier by estimated bytes of heap: keys, values and the cache's own overhead. */
    public CacheBuilder<K, V> maxBytes(long bytes) {
        return bound(Bound.bytes(atLeastOne("maxBytes", bytes)));
    }

    /** Bounds the near tier by a measure of the user's own. */
    public CacheBuilder<K, V> maxWeight(long weight, Weigher<? super K, ? super V> weigher) {
        settings.weigher = Objects.requireNonNull(weigher, "weigher");
        return bound(Bound.weight(atLeastOne("maxWeight", weight)));
    }

    /**
     * Who leaves the near tier when room is needed. Default: {@link Eviction#standard()}. By a name from a file:
     * {@link Eviction#named}. Some policies let none leave, or not always: then a put that finds no room throws
     * {@link dev.larder.failure.CacheFullException}, and a loaded value is handed out and not kept.
     */
    public CacheBuilder<K, V> eviction(Eviction eviction) {
        settings.eviction = Objects.requireNonNull(eviction, "eviction");
        return this;
    }

    /** Lazy loading: how {@code get} finds what no tier holds. */
    public CacheBuilder<K, V> loader(Loader<? super K, ? extends V> loader) {
        Objects.requireNonNull(loader, "loader");
        return entryLoader(key -> Loaded.of(loader.load(key)));
    }

    /** As {@link #loader}, for loaders that give each value a time to live of its own. */
    public CacheBuilder<K, V> entryLoader(EntryLoader<K, V> loader) {
        settings.loader = Objects.requireNonNull(loader, "loader");
        return this;
    }

    /** How {@code getAll} finds in one call what no tier holds; {@code get} uses it for one key if there is no loader. */
    public CacheBuilder<K, V> bulkLoader(BulkLoader<K, V> loader) {
        settings.bulkLoader = Objects.requireNonNull(loader, "bulkLoader");
        return this;
    }

    /**
     * The tags of each entry, by which many are invalidated in one step: see {@link Cache#removeTag}. At most 64 an entry,
     * of 1 to 256 characters. An entry loader can give further ones ({@link Loaded#tags(String...)}). A far tier must be
     * one that keeps tags, or the cache is not built.
     */
    public CacheBuilder<K, V> tags(Tagger<? super K, ? super V> tagger) {
        settings.tagger = Objects.requireNonNull(tagger, "tagger");
        return this;
    }

    /** Write-through: {@code put} writes the origin by {@code writer} first, then the tiers. */
    public CacheBuilder<K, V> writer(Writer<? super K, ? super V> writer) {
        settings.writer = Objects.requireNonNull(writer, "writer");
        return this;
    }

    /** Changes made inside a transaction reach the cache after its commit only. */
    public CacheBuilder<K, V> transactions(Transactions transactions) {
        settings.transactions = Objects.requireNonNull(transactions, "transactions");
        return this;
    }

    /**
     * How values become bytes for a far tier. Default: by the type of values for {@code String}, {@code byte[]},
     * {@code Long} and {@code Integer}, see {@link dev.larder.codec.Codecs}; else that of the
     * {@link dev.larder.codec.CodecProvider} found.
     */
    public CacheBuilder<K, V> codec(Codec<V> codec) {
        settings.codec = Objects.requireNonNull(codec, "codec");
        return this;
    }

    /**
     * Values of more than this many bytes are deflated for a far tier, where that makes them shorter; they can be read
     * whatever this setting is. Default: none is.
     */
    public CacheBuilder<K, V> compressAbove(int bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("compressAbove must be >= 0 but was " + bytes + ofThis());
        }
        settings.compressAbove = bytes;
        return this;
    }

    /**
     * How keys become text for a far tier. Default: by the type of keys: text, numbers, booleans, characters, enums,
     * UUIDs, and records of these.
     */
    public CacheBuilder<K, V> keyCodec(KeyCodec<K> keyCodec) {
        settings.keyCodec = Objects.requireNonNull(keyCodec, "keyCodec");
        return this;
    }

    /** Hears of evictions and expiries inside the removal; see there for what it may do. At most one. */
    public CacheBuilder<K, V> evictionListener(EvictionListener<? super K, ? super V> listener) {
        settings.evictionListener = Objects.requireNonNull(listener, "evictionListener");
        return this;
    }

    /** Adds a listener; see there for threads and bounds. */
    public CacheBuilder<K, V> listener(CacheListener<? super K, ? super V> listener) {
        settings.listeners.add(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /**
     * Makes the cache.
     *
     * @throws IllegalStateException if the Larder has a cache of this name already, or is closed
     * @throws IllegalArgumentException if a far tier needs a codec and none is found for a type, or settings contradict
     *     each other
     */
    public Cache<K, V> build() {
        if (settings.servesUnproven && settings.timeToLive == Ticker.NEVER) {
            throw new IllegalArgumentException("serveUnproven needs a timeToLive, or an entry that missed its removal"
                    + " may be served for ever" + ofThis());
        }
        return larder.build(name, keyType, valueType, settings);
    }

    private CacheBuilder<K, V> bound(Bound bound) {
        if (settings.bound != null) {
            throw new IllegalArgumentException(
                    "a near tier has one bound, maxEntries, maxBytes or maxWeight, but two were given " + ofThis());
        }
        settings.bound = bound;
        return this;
    }

    private long positive(String setting, Duration duration) {
        return check(setting, "> 0", duration, !duration.isNegative() && !duration.isZero());
    }

    private long notNegative(String setting, Duration duration) {
        return check(setting, ">= 0", duration, !duration.isNegative());
    }

    private long check(String setting, String rule, Duration duration, boolean holds) {
        if (!holds) {
            throw new IllegalArgumentException(setting + " must be " + rule + " but was " + duration + ofThis());
        }
        return Durations.nanos(duration);
    }

    private long atLeastOne(String setting, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(setting + " must be >= 1 but was " + value + ofThis());
        }
        return value;
    }

    private double share(String setting, double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(setting + " must be within 0…1 but was " + share + ofThis());
        }
        return share;
    }

    private String ofThis() {
        return " (cache '" + name + "')";
    }
}
