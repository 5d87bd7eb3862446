package dev.larder.tier;

import dev.larder.bus.TagChange;
import dev.larder.failure.TierException;
import dev.larder.stats.Count;
import dev.larder.stats.Counters;
import dev.larder.store.Node;
import dev.larder.tag.Begin;
import dev.larder.tag.Tagging;
import dev.larder.tier.FarNodes.Asked;
import dev.larder.tier.SharedTags.Timed;
import dev.larder.time.Ticker;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
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
    private final FarCache latest;
    private final FarGuard guard;
    private final FarFormat<K, V> format;
    private final SharedTags tags;
    private final FarNodes<K, V> nodes;
    private final Counters counters;
    private final Ticker ticker;
    private final Journal journal = new Journal();
    private volatile boolean publishes;

    public FarEntries(
            FarCache cache,
            FarGuard guard,
            FarFormat<K, V> format,
            Tagging<K, V> tagging,
            Counters counters,
            Ticker ticker) {
        this.cache = cache;
        this.latest = cache.latest();
        this.guard = guard;
        this.format = format;
        this.tags = new SharedTags(cache, guard, counters, ticker);
        this.nodes = new FarNodes<>(format, tagging, tags, ticker);
        this.counters = counters;
        this.ticker = ticker;
        if (tagging.hasTagger()) {
            tags.use();
        }
    }

    /** The tier's name. */
    public String tier() {
        return guard.tier();
    }

    /** See {@link FarCache#lastProofNanos()}; it stands still where the tier was away and may not have heard all yet. */
    public long lastProofNanos() {
        return guard.proof(cache.lastProofNanos());
    }

    /**
     * Where the bus stands after what this process has published for this cache; null where it published nothing. To be
     * asked after {@link #isPublished}, so that what is published in between is in it.
     */
    public @Nullable String position() {
        return cache.position();
    }

    /** Whether all that this process has to tell is on the bus, and the bus says where. */
    public boolean isPublished() {
        return !isUnsettled() && (!publishes || cache.position() != null);
    }

    /** See {@link FarCache#hasHeard}. */
    public boolean hasHeard(String position) {
        return cache.hasHeard(position);
    }

    /** Whether reads may be answered by copies that are nearer than where changes are acknowledged. */
    @SuppressWarnings("ReferenceEquality") // a tier without copies gives itself
    public boolean keepsCopies() {
        return latest != cache;
    }

    /**
     * The entry of {@code key}, fresh or stale; null for none.
     *
     * @param heard whether all that the reader knows of has been heard here; else copies do not answer him
     */
    public @Nullable Node<K, V> get(K key, boolean heard) {
        String text = readable(key);
        Begin begin = nodes.begin();
        FarCache asked = heard ? cache : latest;
        Timed<@Nullable FarValue> found = this.<@Nullable FarValue>believed(() -> asked.get(text));
        FarValue value = found.answer();
        if (value == null) {
            return null;
        }
        Node<K, V> node = nodes.node(key, value, new Asked(begin, found.clock()));
        if (node == null) {
            removeSoon(text, value);
        }
        return node;
    }

    /** The entries found among {@code keys}, as by {@link #get}; those with a pending invalidation count as not found. */
    public Map<K, Node<K, V>> getAll(Collection<K> keys, boolean heard) {
        Map<String, K> texts = new LinkedHashMap<>();
        for (K key : keys) {
            String text = format.text(key);
            if (!journal.holds(text)) {
                texts.put(text, key);
            }
        }
        if (texts.isEmpty()) {
            return Map.of();
        }
        Begin begin = nodes.begin();
        FarCache asked = heard ? cache : latest;
        Timed<Map<String, FarValue>> found = believed(() -> asked.getAll(texts.keySet()));
        Map<K, FarValue> values = new LinkedHashMap<>();
        found.answer().forEach((text, value) -> {
            K key = texts.get(text);
            if (key != null) {
                values.put(key, value);
            }
        });
        Map<K, Node<K, V>> useful = nodes.nodes(values, new Asked(begin, found.clock()));
        values.forEach((key, value) -> {
            if (!useful.containsKey(key)) {
                removeSoon(format.text(key), value);
            }
        });
        return useful;
    }

    /** Asks for entries; not, or in vain, where the tier may not have heard yet what the others know. */
    private <T extends @Nullable Object> Timed<T> believed(Supplier<CompletionStage<T>> question) {
        leaveAloneInDoubt();
        Timed<T> answer = tags.timed(question);
        requireBelief(); // it may be this answer that tells that the tier is back
        return answer;
    }

    /** A tier that is away is asked as often as its breaker allows, so that its return is seen. */
    private void leaveAloneInDoubt() {
        if (guard.isAvailable()) {
            requireBelief();
        }
    }

    private void requireBelief() {
        if (!guard.isBelieved()) {
            counters.add(Count.FAR_SKIPS);
            throw new TierException(
                    "tier " + tier() + " was away until just now, and may not have been told yet what it missed", null);
        }
    }

    /** Asks for the right to load {@code key}; a value with no more than {@code softWindowNanos} left is not a hit. */
    public Claim<K, V> acquire(K key, long leaseNanos, long softWindowNanos) {
        Claim<K, V> claim =
                acquireAll(List.of(key), leaseNanos, softWindowNanos).get(key);
        if (claim == null) {
            readable(key);
            throw new TierException("tier " + tier() + " holds bytes that cannot be read", null);
        }
        return claim;
    }

    /**
     * As {@link #acquire} for many keys at once; keys with a pending invalidation are left out, and those whose entry is old
     * and cannot be retired.
     */
    public Map<K, Claim<K, V>> acquireAll(Collection<K> keys, long leaseNanos, long softWindowNanos) {
        Requests requests = new Requests(keys, leaseNanos, softWindowNanos);
        Map<K, Claim<K, V>> claims = new HashMap<>();
        Map<K, Old<K, V>> old = requests.ask(claims);
        if (!old.isEmpty()) {
            try {
                retire(old);
                new Requests(old.keySet(), leaseNanos, softWindowNanos).ask(claims);
            } catch (TierException e) { // these are loaded without leases; those won for others must not be lost by it
                return claims;
            }
        }
        return claims;
    }

    /** What the tier takes for fresh and this process does not; {@code node} is null where it is of no use at all. */
    private record Old<K, V>(FarValue value, @Nullable Node<K, V> node) {}

    private void retire(Map<K, Old<K, V>> old) {
        long now = ticker.nanos();
        guard.call(counters, () -> {
            List<CompletableFuture<Void>> calls = new ArrayList<>();
            old.forEach((key, each) -> {
                Node<K, V> node = each.node();
                long keepMillis =
                        node == null ? 0 : TimeUnit.NANOSECONDS.toMillis(Math.max(0, node.keepUntilNanos() - now));
                calls.add(
                        cache.retire(format.text(key), each.value(), keepMillis).toCompletableFuture());
            });
            return together(calls);
        });
    }

    /** Requests for leases that are sent together. */
    private final class Requests {
        private final Map<K, LeaseRequest> requests = new LinkedHashMap<>();

        Requests(Collection<K> keys, long leaseNanos, long softWindowNanos) {
            for (K key : keys) {
                if (!journal.holds(format.text(key))) {
                    requests.put(key, request(leaseNanos, softWindowNanos));
                }
            }
        }

        /** Puts what was answered into {@code claims}; gives the hits that are none. */
        Map<K, Old<K, V>> ask(Map<K, Claim<K, V>> claims) {
            if (requests.isEmpty()) {
                return Map.of();
            }
            leaveAloneInDoubt();
            Begin begin = nodes.begin();
            Timed<List<Acquired>> answers = tags.timed(() -> {
                List<CompletableFuture<Acquired>> calls = new ArrayList<>();
                requests.forEach((key, request) ->
                        calls.add(cache.acquire(format.text(key), request).toCompletableFuture()));
                return together(calls);
            });
            Map<K, Acquired> acquired = new LinkedHashMap<>();
            Map<K, FarValue> values = new LinkedHashMap<>();
            int next = 0;
            for (K key : requests.keySet()) {
                Acquired answer = answers.answer().get(next++);
                acquired.put(key, answer);
                FarValue value = answer.found();
                if (value != null) {
                    values.put(key, value);
                }
            }
            Map<K, Node<K, V>> useful = judged(values, new Asked(begin, answers.clock()));
            Map<K, Old<K, V>> old = new LinkedHashMap<>();
            acquired.forEach((key, answer) -> {
                Node<K, V> node = useful == null ? null : useful.get(key);
                boolean isHit = answer instanceof Acquired.Hit;
                if (!isHit || isFresh(node, begin)) {
                    claims.put(key, claim(key, answer, node, answers.clock()));
                } else if (useful != null) {
                    old.put(key, new Old<>(Objects.requireNonNull(answer.found()), node));
                }
            });
            return old;
        }

        /** Null where they cannot be believed: then hits are left out, and what was won is won all the same. */
        private @Nullable Map<K, Node<K, V>> judged(Map<K, FarValue> values, Asked asked) {
            if (!guard.isBelieved()) {
                return null;
            }
            try {
                return nodes.nodes(values, asked);
            } catch (TierException e) { // it did not tell of their tags
                return null;
            }
        }

        /** The tier knows of times, but not what tags have made of the entry. */
        private boolean isFresh(@Nullable Node<K, V> node, Begin begin) {
            return node != null && node.freshUntilNanos() > begin.nanos();
        }

        private Claim<K, V> claim(K key, Acquired answer, @Nullable Node<K, V> node, long clock) {
            if (answer instanceof Acquired.Won) {
                String token = Objects.requireNonNull(requests.get(key)).token();
                return new Claim.Won<>(new Lease(token, clock), node);
            }
            if (answer instanceof Acquired.Lost lost) {
                long left = TimeUnit.MILLISECONDS.toNanos(Math.max(0, lost.leaseLeftMillis()));
                return new Claim.Lost<>(node, left);
            }
            return new Claim.Hit<>(Objects.requireNonNull(node));
        }
    }

    private static LeaseRequest request(long leaseNanos, long softWindowNanos) {
        return new LeaseRequest(
                Tokens.next(),
                TimeUnit.NANOSECONDS.toMillis(leaseNanos),
                TimeUnit.NANOSECONDS.toMillis(softWindowNanos));
    }

    /** Stores {@code node} if the lease is still held; false where it is not: then it must not be kept. */
    public boolean fill(Lease lease, Node<K, V> node) {
        String text = readable(node.key());
        FarValue value = sharable(lease, node) ? format.valueIfWritable(node, ticker.nanos(), lease.begun()) : null;
        if (value == null) {
            release(node.key(), lease);
            return true;
        }
        tags.register(format.tags(node));
        return guard.call(counters, () -> cache.fill(text, lease.token(), value));
    }

    /** Whether it is known at which reading of the tag clock the load of {@code node} began, if that matters. */
    private boolean sharable(Lease lease, Node<K, V> node) {
        if (lease.begun() != SharedTags.UNASKED || format.tags(node).isEmpty()) {
            return true;
        }
        tags.use(); // the next load of this cache will know
        return false;
    }

    /** As {@link #fill} for many; gives the answer for each key. */
    public Map<K, Boolean> fillAll(Map<K, Lease> leases, Map<K, Node<K, V>> nodes) {
        List<K> keys = new ArrayList<>(leases.keySet());
        long now = ticker.nanos();
        register(nodes.values());
        List<Boolean> answers = guard.call(counters, () -> {
            List<CompletableFuture<Boolean>> calls = new ArrayList<>();
            for (K key : keys) {
                calls.add(fillOne(key, Objects.requireNonNull(leases.get(key)), nodes.get(key), now));
            }
            return together(calls);
        });
        Map<K, Boolean> stored = new HashMap<>();
        for (int i = 0; i < keys.size(); i++) {
            stored.put(keys.get(i), answers.get(i));
        }
        return stored;
    }

    private void register(Collection<Node<K, V>> nodes) {
        tags.register(nodes.stream().flatMap(node -> format.tags(node).stream()).toList());
    }

    private CompletableFuture<Boolean> fillOne(K key, Lease lease, @Nullable Node<K, V> node, long now) {
        String text = format.text(key);
        FarValue value = node == null || journal.holds(text) || !sharable(lease, node)
                ? null
                : format.valueIfWritable(node, now, lease.begun());
        return value == null
                ? cache.release(text, lease.token()).thenApply(ignored -> true).toCompletableFuture()
                : cache.fill(text, lease.token(), value).toCompletableFuture();
    }

    private static <T> CompletableFuture<List<T>> together(List<CompletableFuture<T>> calls) {
        return CompletableFuture.allOf(calls.toArray(new CompletableFuture<?>[0]))
                .thenApply(
                        ignored -> calls.stream().map(CompletableFuture::join).toList());
    }

    /** Prolongs a lease; does not wait, and does not mind if it fails: then the lease ends by itself. */
    public void renew(K key, Lease lease, long leaseNanos) {
        ignoringFailure(() -> cache.renew(format.text(key), lease.token(), TimeUnit.NANOSECONDS.toMillis(leaseNanos)));
    }

    /** Ends the lease of a load that failed; does not wait, and does not mind if it fails. */
    public void release(K key, Lease lease) {
        ignoringFailure(() -> cache.release(format.text(key), lease.token()));
    }

    /** Removes an entry that is of no use; does not wait, and does not mind if it fails: the next one to see it will. */
    private void removeSoon(String text, FarValue seen) {
        ignoringFailure(() -> cache.retire(text, seen, 0));
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
        publishes = true;
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
    public @Nullable Lease beginWrite(K key, long leaseNanos) {
        String text = format.text(key);
        String token = Tokens.next();
        long leaseMillis = TimeUnit.NANOSECONDS.toMillis(leaseNanos);
        long[] clock = {SharedTags.UNASKED};
        boolean begun = !journal.holds(text)
                && told(
                        () -> clock[0] = tags.timed(() -> cache.beginWrite(text, token, leaseMillis))
                                .clock(),
                        List.of(text));
        return begun ? new Lease(token, clock[0]) : null;
    }

    /** Ends a write that the origin accepted; false where the value is not in the tier and must not be kept nearer. */
    public boolean commitWrite(Lease lease, Node<K, V> node) {
        String text = format.text(node.key());
        FarValue value = sharable(lease, node) ? format.valueIfWritable(node, ticker.nanos(), lease.begun()) : null;
        if (value == null || journal.holds(text) || !isRegistered(node)) {
            invalidate(List.of(node.key()));
            return false;
        }
        boolean[] stored = {false};
        boolean told = told(
                () -> stored[0] = guard.call(counters, () -> cache.commitWrite(text, lease.token(), value)),
                List.of(text));
        return told && stored[0];
    }

    private boolean isRegistered(Node<K, V> node) {
        try {
            tags.register(format.tags(node));
            return true;
        } catch (TierException e) { // then the value could not be stored either
            return false;
        }
    }

    /** Makes all entries of this cache void in the tier, now or as soon as it is back. */
    public void clear() {
        toldAll(() -> guard.call(counters, cache::clear));
    }

    /** Tells the other processes that the cache was cleared or switched. */
    public void publishCleared() {
        toldAll(() -> guard.call(counters, cache::publishCleared));
        publishes = true;
    }

    private void toldAll(Runnable call) {
        try {
            call.run();
        } catch (TierException e) { // as in told
            journal.addAll();
        }
    }

    /** Whether the tier keeps tags. */
    public boolean keepsTags() {
        return tags.areKept();
    }

    /** Invalidates a tag in the tier, now or as soon as it is back; null where it was not now. */
    public @Nullable TagChange changeTag(String tag, TagChange.Kind kind) {
        return tags.change(tag, kind);
    }

    /** Tells the other processes of {@code change}. */
    public void publish(TagChange change) {
        tags.publish(change);
        publishes = true;
    }

    /** Another process invalidated a tag. */
    public void heard(TagChange change) {
        tags.heard(change);
    }

    /** Messages of the bus may have been lost. */
    public void gap() {
        tags.gap();
    }

    /** Whether invalidations wait for the tier to come back. */
    public boolean isUnsettled() {
        return !journal.isEmpty() || tags.isUnsettled();
    }

    /**
     * Sends what is pending in the journal; returns whether nothing is left. Bounded by the guard's time-outs. Does not wait
     * until the tier is no longer left alone: meanwhile other processes may read from it what was called untrue here.
     */
    public boolean settle() {
        try {
            settleKeys();
            tags.settle();
            return true;
        } catch (TierException e) { // still away; the caller tries again later
            return false;
        }
    }

    private void settleKeys() {
        while (!journal.isEmpty()) {
            Journal.Batch batch = journal.next(SETTLE_BATCH);
            if (batch.all()) {
                guard.insist(counters, cache::clear);
                guard.call(counters, cache::publishCleared);
            } else {
                guard.insist(counters, () -> cache.invalidate(batch.keys()));
                guard.call(counters, () -> cache.publishInvalidated(batch.keys()));
            }
            journal.done(batch);
        }
    }

    /** Starts a rebuild in the tier; may take {@code waitNanos} until every process heeds it. */
    public Rebuilding rebuild(long waitNanos) {
        FarRebuild place = guard.call(counters, cache::rebuild, waitNanos);
        return new Rebuilding(place, tags.now());
    }

    /**
     * A rebuild under way.
     *
     * @param place where its rows go
     * @param begun the tag clock's reading before the first row is read
     */
    public record Rebuilding(FarRebuild place, long begun) {}

    /** Stores rows in the generation being rebuilt; returns how many were superseded. */
    public int write(Rebuilding rebuild, Collection<Node<K, V>> rows) {
        Map<String, FarValue> values = new LinkedHashMap<>();
        long now = ticker.nanos();
        for (Node<K, V> row : rows) {
            FarValue value = format.value(row, now, rebuild.begun());
            if (value != null) {
                values.put(format.text(row.key()), value);
            }
        }
        register(rows);
        return guard.call(counters, () -> rebuild.place().write(values));
    }

    /** Makes the rebuilt generation the one that is served. */
    public boolean commit(Rebuilding rebuild) {
        return guard.call(counters, rebuild.place()::commit);
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
