package dev.larder;

import dev.larder.codec.Codec;
import dev.larder.codec.KeyCodec;
import dev.larder.event.CacheListener;
import dev.larder.event.EvictionListener;
import dev.larder.expiry.ExpiryRules;
import dev.larder.load.BulkLoader;
import dev.larder.load.EntryLoader;
import dev.larder.policy.Eviction;
import dev.larder.store.Bound;
import dev.larder.store.Weigher;
import dev.larder.tag.Tagger;
import dev.larder.time.Ticker;
import dev.larder.write.Transactions;
import dev.larder.write.Writer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a {@link CacheBuilder} has been told so far. Confined to the thread that builds. */
final class CacheSettings<K, V> {
    private static final long DEFAULT_NEGATIVE_NANOS = Duration.ofSeconds(30).toNanos();

    long timeToLive = Ticker.NEVER;
    long negativeTimeToLive = -1;
    long timeToIdle = Ticker.NEVER;
    long staleWhileRevalidate;
    long staleIfError;
    double refreshAhead = 1;
    double jitter = 0.1;

    long softTimeout = Ticker.NEVER;
    long hardTimeout = Ticker.NEVER;
    long waitTimeout = Duration.ofSeconds(30).toNanos();
    long leaseTime = Duration.ofSeconds(2).toNanos();
    long firstBackoff = Duration.ofMillis(100).toNanos();
    long longestBackoff = Duration.ofSeconds(30).toNanos();
    int maxConcurrentLoads = 256;
    int maxWaiters = 10_000;
    boolean isNearOnly;
    boolean servesUnproven;

    Eviction eviction = Eviction.standard();

    @Nullable Bound bound;

    @Nullable Weigher<? super K, ? super V> weigher;

    @Nullable EntryLoader<K, V> loader;

    @Nullable BulkLoader<K, V> bulkLoader;

    @Nullable Tagger<? super K, ? super V> tagger;

    @Nullable Writer<? super K, ? super V> writer;

    @Nullable Transactions transactions;

    @Nullable KeyCodec<K> keyCodec;

    @Nullable Codec<V> codec;

    int compressAbove = Integer.MAX_VALUE;

    @Nullable EvictionListener<? super K, ? super V> evictionListener;

    final List<CacheListener<? super K, ? super V>> listeners = new ArrayList<>();

    ExpiryRules expiryRules() {
        return new ExpiryRules(
                timeToLive,
                negativeTimeToLive >= 0 ? negativeTimeToLive : Math.min(timeToLive, DEFAULT_NEGATIVE_NANOS),
                timeToIdle,
                staleWhileRevalidate,
                staleIfError,
                refreshAhead,
                jitter);
    }
}
