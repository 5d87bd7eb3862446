package dev.larder.tier;

import dev.larder.failure.TierException;
import dev.larder.stats.Counters;
import dev.larder.store.Node;
import dev.larder.time.Ticker;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one cache in its far tier, in the cache's own types: what the read and write paths use.
 *
 * <p>Thread-safe; calls block within the guard's time-out. Reads and stores throw {@link TierException} where the tier
 * did not answer, and for keys of which it may hold an untrue value because an invalidation is still pending; callers
 * then go on without it. Invalidations never throw for a broken tier: they are kept in a journal and sent when it is
 * back, by {@link #settle}.
 */
public final class FarEntries<K, V> implements AutoCloseable {
    private static final int SETTLE_BATCH = 500;

    private final FarCache cache;
    private final FarGuard guard;
    private final FarFormat<K, V> format;
    private final Counters counters;
    private final Ticker ticker;
    private final Journal journal = new Journal();

    public FarEntries(FarCache cache, FarGuard guard, FarFormat<K, V> format, Counters counters, Ticker ticker) {
        this.cache = cache;
        this.guard = guard;
        this.format = format;
        this.counters = counters;
        this.ticker = ticker;
    }

    /** The tier's name. */
    public String tier() {
        return guard.tier();
    }

    /** See {@link FarCache#lastProofNanos()}. */
    public long lastProofNanos() {
        return cache.lastProofNanos();
    }

    /** The entry of {@code key}, fresh or stale; null for none. */
    public @Nullable Node<K, V> get(K key) {
        String text = readable(key);
        long sentAt = ticker.nanos();
        return format.node(key, guard.call(counters, () -> cache.get(text)), sentAt);
    }

    /** The entries found among {@code keys}; those with a pending invalidation count as not found. */
    public Map<K, Node<K, V>> getAll(Collection<K> keys) {
        Map<String, K> texts = new LinkedHashMap<>();
        for (K key : keys) {
            String text = format.text(key);
            if (!journal.holds(text)) {
                texts.put(text, key);
            }
        }
        Map<K, Node<K, V>> nodes = new HashMap<>();
        if (texts.isEmpty()) {
            return nodes;
        }
        long sentAt = ticker.nanos();
        guard.call(counters, () -> cache.getAll(texts.keySet())).forEach((text, found) -> {
            K key = texts.get(text);
            Node<K, V> node = key == null ? null : format.node(key, found, sentAt);
            if (node != null) {
                nodes.put(node.key(), node);
            }
        });
        return nodes;
    }

    /** Asks for the right to load {@code key}; a value with no more than {@code softWindowNanos} left is not a hit. */
    public Claim<K, V> acquire(K key, long leaseNanos, long softWindowNanos) {
        Claim<K, V> claim = acquireOnce(key, leaseNanos, softWindowNanos);
        if (claim == null) {
            String text = format.text(key);
            guard.call(counters, () -> cache.invalidate(List.of(text)));
            claim = acquireOnce(key, leaseNanos, softWindowNanos);
        }
        if (claim == null) {
            throw new TierException("tier " + tier() + " holds bytes that cannot be read", null);
        }
        return claim;
    }

    private @Nullable Claim<K, V> acquireOnce(K key, long leaseNanos, long softWindowNanos) {
        String text = readable(key);
        LeaseRequest request = request(leaseNanos, softWindowNanos);
        long sentAt = ticker.nanos();
        return claim(key, request, guard.call(counters, () -> cache.acquire(text, request)), sentAt);
    }

    /** As {@link #acquire} for many keys at once; keys with a pending invalidation are left out. */
    public Map<K, Claim<K, V>> acquireAll(Collection<K> keys, long leaseNanos, long softWindowNanos) {
        Map<K, LeaseRequest> requests = new LinkedHashMap<>();
        for (K key : keys) {
            if (!journal.holds(format.text(key))) {
                requests.put(key, request(leaseNanos, softWindowNanos));
            }
        }
        long sentAt = ticker.nanos();
        List<Acquired> answers = guard.call(counters, () -> {
            List<CompletableFuture<Acquired>> calls = new ArrayList<>();
            requests.forEach((key, request) ->
                    calls.add(cache.acquire(format.text(key), request).toCompletableFuture()));
            return together(calls);
        });
        Map<K, Claim<K, V>> claims = new HashMap<>();
        List<K> unreadable = new ArrayList<>();
        int next = 0;
        for (Map.Entry<K, LeaseRequest> request : requests.entrySet()) {
            Claim<K, V> claim = claim(request.getKey(), request.getValue(), answers.get(next++), sentAt);
            if (claim == null) {
                unreadable.add(request.getKey());
            } else {
                claims.put(request.getKey(), claim);
            }
        }
        for (K key : unreadable) {
            Claim<K, V> claim = acquireIfPossible(key, leaseNanos, softWindowNanos);
            if (claim != null) {
                claims.put(key, claim);
            }
        }
        return claims;
    }

    private @Nullable Claim<K, V> acquireIfPossible(K key, long leaseNanos, long softWindowNanos) {
        try {
            return acquire(key, leaseNanos, softWindowNanos);
        } catch (TierException e) { // this key is loaded without a lease; those won for others must not be lost by it
            return null;
        }
    }

    private static LeaseRequest request(long leaseNanos, long softWindowNanos) {
        return new LeaseRequest(
                Tokens.next(),
                TimeUnit.NANOSECONDS.toMillis(leaseNanos),
                TimeUnit.NANOSECONDS.toMillis(softWindowNanos));
    }

    /** What {@code answer} means; null for a hit whose bytes cannot be read: a miss (promise G10) without a lease. */
    private @Nullable Claim<K, V> claim(K key, LeaseRequest request, Acquired answer, long sentAt) {
        if (answer instanceof Acquired.Won won) {
            return new Claim.Won<>(request.token(), format.node(key, won.stale(), sentAt));
        }
        if (answer instanceof Acquired.Lost lost) {
            long left = TimeUnit.MILLISECONDS.toNanos(Math.max(0, lost.leaseLeftMillis()));
            return new Claim.Lost<>(format.node(key, lost.stale(), sentAt), left);
        }
        FarValue value = ((Acquired.Hit) answer).value();
        Node<K, V> node = format.node(key, value, sentAt);
        return node == null ? null : new Claim.Hit<>(node);
    }

    /** Stores {@code node} if the lease is still {@code token}'s; false where it is not: then it must not be kept. */
    public boolean fill(String token, Node<K, V> node) {
        String text = readable(node.key());
        FarValue value = format.valueIfWritable(node, ticker.nanos());
        if (value == null) {
            release(node.key(), token);
            return true;
        }
        return guard.call(counters, () -> cache.fill(text, token, value));
    }

    /** As {@link #fill} for many; gives the answer for each key. */
    public Map<K, Boolean> fillAll(Map<K, String> tokens, Map<K, Node<K, V>> nodes) {
        List<K> keys = new ArrayList<>(tokens.keySet());
        long now = ticker.nanos();
        List<Boolean> answers = guard.call(counters, () -> {
            List<CompletableFuture<Boolean>> calls = new ArrayList<>();
            for (K key : keys) {
                calls.add(fillOne(key, java.util.Objects.requireNonNull(tokens.get(key)), nodes.get(key), now));
            }
            return together(calls);
        });
        Map<K, Boolean> stored = new HashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            stored.put(keys.get(i), answers.get(i));
        }
        return stored;
    }

    private CompletableFuture<Boolean> fillOne(K key, String token, @Nullable Node<K, V> node, long now) {
        String text = format.text(key);
        FarValue value = node == null || journal.holds(text) ? null : format.valueIfWritable(node, now);
        return value == null
                ? cache.release(text, token).thenApply(ignored -> true).toCompletableFuture()
                : cache.fill(text, token, value).toCompletableFuture();
    }

    private static <T> CompletableFuture<List<T>> together(List<CompletableFuture<T>> calls) {
        return CompletableFuture.allOf(calls.toArray(new CompletableFuture<?>[0]))
                .thenApply(
                        ignored -> calls.stream().map(CompletableFuture::join).toList());
    }

    /** Prolongs a lease; does not wait, and does not mind if it fails: then the lease ends by itself. */
    public void renew(K key, String token, long leaseNanos) {
        ignoringFailure(() -> cache.renew(format.text(key), token, TimeUnit.NANOSECONDS.toMillis(leaseNanos)));
    }

    /** Ends the lease of a load that failed; does not wait, and does not mind if it fails. */
    public void release(K key, String token) {
        ignoringFailure(() -> cache.release(format.text(key), token));
    }

    private static void ignoringFailure(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException e) { // a tier that is down: leases end by their time
            return;
        }
    }

    /** Makes {@code keys} untrue in the tier, now or as soon as it is back; returns whether it was now. */
    public boolean invalidate(Collection<K> keys) {
        List<String> texts = texts(keys);
        return told(() -> guard.call(counters, () -> cache.invalidate(texts)), texts);
    }

    /** Tells the other processes of {@code keys}. */
    public void publishInvalidated(Collection<K> keys) {
        List<String> texts = texts(keys);
        told(() -> guard.call(counters, () -> cache.publishInvalidated(texts)), texts);
    }

    private boolean told(Runnable call, List<String> texts) {
        try {
            call.run();
            return true;
        } catch (TierException e) { // it is not known whether the tier heard: telling it twice is harmless
            journal.add(texts);
            return false;
        }
    }

    /** Makes the value of {@code key} stale, keeping it for {@code staleNanos} at most; removes it where that is zero. */
    public void expire(K key, long staleNanos) {
        String text = format.text(key);
        long staleMillis = TimeUnit.NANOSECONDS.toMillis(staleNanos);
        told(
                () -> guard.call(
                        counters,
                        () -> staleMillis == 0 ? cache.invalidate(List.of(text)) : cache.expire(text, staleMillis)),
                List.of(text));
    }

    /** Takes the lease of {@code key} for a write and removes the value; null where the tier cannot be reached. */
    public @Nullable String beginWrite(K key, long leaseNanos) {
        String text = format.text(key);
        String token = Tokens.next();
        long leaseMillis = TimeUnit.NANOSECONDS.toMillis(leaseNanos);
        boolean begun = !journal.holds(text)
                && told(() -> guard.call(counters, () -> cache.beginWrite(text, token, leaseMillis)), List.of(text));
        return begun ? token : null;
    }

    /** Ends a write that the origin accepted; false where the value is not in the tier and must not be kept nearer. */
    public boolean commitWrite(String token, Node<K, V> node) {
        String text = format.text(node.key());
        FarValue value = format.valueIfWritable(node, ticker.nanos());
        if (value == null || journal.holds(text)) {
            invalidate(List.of(node.key()));
            return false;
        }
        boolean[] stored = {false};
        boolean told = told(
                () -> stored[0] = guard.call(counters, () -> cache.commitWrite(text, token, value)), List.of(text));
        return told && stored[0];
    }

    /** Makes all entries of this cache void in the tier, now or as soon as it is back. */
    public void clear() {
        toldAll(() -> guard.call(counters, cache::clear));
    }

    /** Tells the other processes that the cache was cleared or switched. */
    public void publishCleared() {
        toldAll(() -> guard.call(counters, cache::publishCleared));
    }

    private void toldAll(Runnable call) {
        try {
            call.run();
        } catch (TierException e) { // as in told
            journal.addAll();
        }
    }

    /** Whether invalidations wait for the tier to come back. */
    public boolean isUnsettled() {
        return !journal.isEmpty();
    }

    /** Sends what is pending in the journal; returns whether nothing is left. Bounded by the guard's time-outs. */
    public boolean settle() {
        while (!journal.isEmpty()) {
            Journal.Batch batch = journal.next(SETTLE_BATCH);
            try {
                if (batch.all()) {
                    guard.call(counters, cache::clear);
                    guard.call(counters, cache::publishCleared);
                } else {
                    guard.call(counters, () -> cache.invalidate(batch.keys()));
                    guard.call(counters, () -> cache.publishInvalidated(batch.keys()));
                }
            } catch (TierException e) { // still away; the caller tries again later
                return false;
            }
            journal.done(batch);
        }
        return true;
    }

    /** Starts a rebuild in the tier; may take {@code waitNanos} until every process heeds it. */
    public FarRebuild rebuild(long waitNanos) {
        return guard.call(counters, cache::rebuild, waitNanos);
    }

    /** Stores rows in the generation being rebuilt; returns how many were superseded. */
    public int write(FarRebuild rebuild, Collection<Node<K, V>> rows) {
        Map<String, FarValue> values = new LinkedHashMap<>();
        long now = ticker.nanos();
        for (Node<K, V> row : rows) {
            FarValue value = format.value(row, now);
            if (value != null) {
                values.put(format.text(row.key()), value);
            }
        }
        return guard.call(counters, () -> rebuild.write(values));
    }

    /** Makes the rebuilt generation the one that is served. */
    public boolean commit(FarRebuild rebuild) {
        return guard.call(counters, rebuild::commit);
    }

    /** The key whose text the bus brought. */
    public K key(String text) {
        return format.key(text);
    }

    private String readable(K key) {
        String text = format.text(key);
        if (journal.holds(text)) {
            throw new TierException("tier " + tier() + " has not heard yet that this key was invalidated", null);
        }
        return text;
    }

    private List<String> texts(Collection<K> keys) {
        return keys.stream().map(format::text).toList();
    }

    @Override
    public void close() {
        cache.close();
    }
}
