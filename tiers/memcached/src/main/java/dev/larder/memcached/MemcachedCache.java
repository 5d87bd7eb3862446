package dev.larder.memcached;

import dev.larder.bus.BusListener;
import dev.larder.bus.TagChange;
import dev.larder.failure.RebuildException;
import dev.larder.failure.TierException;
import dev.larder.memcached.Keyspace.Entry;
import dev.larder.tier.Acquired;
import dev.larder.tier.BusPosition;
import dev.larder.tier.FarCache;
import dev.larder.tier.FarCacheOptions;
import dev.larder.tier.FarRebuild;
import dev.larder.tier.FarTags;
import dev.larder.tier.FarValue;
import dev.larder.tier.LeaseRequest;
import dev.larder.tier.TagReading;
import dev.larder.tier.Tokens;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one cache on Memcached servers. Thread-safe.
 *
 * <p>Each step names the generation it believes in and finds out, in the same round trip, whether that was so, see
 * {@link Generations}; if not it is taken again with a new view, up to fifty times, for which somebody must clear as fast as
 * he can. Stages complete on I/O threads: whatever depends on them must be short and must not block.
 */
final class MemcachedCache implements FarCache {
    private static final int MAX_KEYS_AT_ONCE = 5_000;
    private static final int MAX_TRIES = 50;

    private final MemcachedTier tier;
    private final String name;
    private final CacheItems items;
    private final Generations generations;
    private final ReadSteps reads;
    private final LeaseSteps leases;
    private final WriteSteps writes;
    private final RetireSteps retiring;
    private final AbandonedRebuild abandoned;
    private final FarTags tags;
    private final Outbox outbox;
    private final Subscription subscription;
    private final Runnable unsubscribe;

    /** One step in the generations of a view; fails with {@link MovedException} where the view was wrong. */
    @FunctionalInterface
    private interface Step<T extends @Nullable Object> {
        CompletionStage<T> take(View view);
    }

    MemcachedCache(MemcachedTier tier, FarCacheOptions options, BusListener listener) {
        Keyspace keys = new Keyspace(options.namespace(), options.cache());
        this.tier = tier;
        this.name = options.cache();
        this.generations = new Generations(tier.servers(), keys);
        this.items = new CacheItems(
                tier.servers(),
                keys,
                generations,
                new Leases(tier.ticker()),
                new Parts(keys, tier.partLimits()),
                tier.ticker());
        this.reads = new ReadSteps(items, new WarmUp(items));
        this.leases = new LeaseSteps(items);
        this.writes = new WriteSteps(items);
        this.retiring = new RetireSteps(items);
        this.abandoned = new AbandonedRebuild(items);
        String origin = Tokens.next();
        BusKeys bus = new BusKeys(options.namespace());
        this.outbox = new Outbox(tier.servers(), bus, origin, name);
        this.tags = new Tags(new Outbox(tier.servers(), bus, Tokens.next(), name));
        this.subscription = new Subscription(origin, options, listener);
        this.unsubscribe = tier.bus().subscribe(bus, subscription);
    }

    @Override
    public CompletionStage<@Nullable FarValue> get(String key) {
        List<Entry> entry = List.of(items.entry(key));
        return run(view -> reads.read(view, entry).thenApply(found -> found.get(0)));
    }

    @Override
    public CompletionStage<Map<String, FarValue>> getAll(Collection<String> wanted) {
        List<String> all = List.copyOf(wanted);
        CompletionStage<Map<String, FarValue>> result = CompletableFuture.completedFuture(new HashMap<>());
        for (List<String> part : parts(all)) {
            List<Entry> entries = entries(part);
            result = result.thenCompose(found -> run(view -> reads.read(view, entries))
                    .thenApply(more -> {
                        more.forEach((index, value) -> found.put(part.get(index), value));
                        return found;
                    }));
        }
        return result;
    }

    @Override
    public CompletionStage<Acquired> acquire(String key, LeaseRequest request) {
        Entry entry = items.entry(key);
        return run(view -> leases.acquire(view, entry, request));
    }

    @Override
    public CompletionStage<Boolean> fill(String key, String token, FarValue value) {
        return answer(() -> leases.fill(token, value));
    }

    @Override
    public CompletionStage<Boolean> renew(String key, String token, long leaseMillis) {
        return answer(() -> leases.renew(token, leaseMillis));
    }

    @Override
    public CompletionStage<Void> release(String key, String token) {
        return answer(() -> leases.release(token));
    }

    @Override
    public CompletionStage<Void> invalidate(Collection<String> voided) {
        CompletionStage<@Nullable Void> result = CompletableFuture.completedFuture(null);
        for (List<String> part : parts(List.copyOf(voided))) {
            List<Entry> entries = entries(part);
            result = result.thenCompose(done -> run(view -> writes.invalidate(view, entries)));
        }
        return result.thenAccept(done -> abandoned.look());
    }

    @Override
    public CompletionStage<Void> retire(String key, FarValue seen, long keepMillis) {
        Entry entry = items.entry(key);
        return run(view -> retiring.retire(view, entry, seen, Math.max(0, keepMillis)))
                .thenAccept(done -> {});
    }

    @Override
    public CompletionStage<Void> expire(String key, long maxStaleMillis) {
        Entry entry = items.entry(key);
        return run(view -> writes.expire(view, entry, Math.max(0, maxStaleMillis)))
                .thenAccept(done -> {});
    }

    @Override
    public CompletionStage<Void> beginWrite(String key, String token, long leaseMillis) {
        Entry entry = items.entry(key);
        return run(view -> writes.beginWrite(view, entry, token, leaseMillis)).thenAccept(done -> {});
    }

    @Override
    public CompletionStage<Boolean> commitWrite(String key, String token, FarValue value) {
        Seconds.life(value);
        Lease lease = items.leases().take(token);
        View view = generations.known();
        CompletionStage<Boolean> stored = lease == null || view == null
                ? CompletableFuture.completedFuture(false)
                : answer(() -> writes.commitWrite(view, lease, value));
        return stored.thenCompose(done -> done
                ? CompletableFuture.completedFuture(true)
                : invalidate(List.of(key)).thenApply(v -> false));
    }

    @Override
    public CompletionStage<Void> clear() {
        return answer(() -> tier.servers()
                .tried()
                .thenCompose(tried -> generations.change(View::cleared))
                .thenAccept(done -> {}));
    }

    @Override
    public CompletionStage<FarRebuild> rebuild() {
        return answer(() -> tier.servers().tried().thenCompose(tried -> {
            MemcachedRebuild rebuild = new MemcachedRebuild(name, items, tier.later());
            return rebuild.begin().thenApply(begun -> {
                if (!begun) {
                    throw new RebuildException(
                            "another rebuild of cache '" + name + "' is running in " + tier.name()
                                    + ". Wait for its end, or for a minute if its process died.",
                            null);
                }
                return rebuild;
            });
        }));
    }

    @Override
    public FarTags tags() {
        return tags;
    }

    /** The cache's tags, as its callers see them. */
    private final class Tags implements FarTags {
        private final MemcachedTags steps;

        /** {@code everybody} tells this process, too, of a change that nobody else will tell. */
        Tags(Outbox everybody) {
            TagClock clock = new TagClock(items);
            this.steps = new MemcachedTags(
                    items,
                    clock,
                    new UnfinishedChanges(
                            clock, tier.later(), change -> everybody.publish(List.of(new BusMessage.Tagged(change)))));
        }

        @Override
        public CompletionStage<Long> now() {
            return joined(steps::now);
        }

        @Override
        public CompletionStage<TagReading> read(Collection<String> names) {
            return joined(() -> steps.read(MemcachedTags.names(names)));
        }

        @Override
        public CompletionStage<Long> change(String tag, TagChange.Kind kind) {
            return joined(() -> steps.change(tag, kind));
        }

        @Override
        public CompletionStage<Void> publish(TagChange change) {
            return answer(() -> outbox.publish(List.of(new BusMessage.Tagged(change))));
        }
    }

    @Override
    public CompletionStage<Void> publishInvalidated(Collection<String> voided) {
        return voided.isEmpty()
                ? CompletableFuture.completedFuture(null)
                : answer(() -> outbox.publish(BusMessage.invalidated(voided)));
    }

    @Override
    public CompletionStage<Void> publishCleared() {
        return answer(() -> outbox.publish(List.of(BusMessage.CLEARED)));
    }

    @Override
    public long lastProofNanos() {
        return subscription.lastProofNanos();
    }

    @Override
    public @Nullable String position() {
        BusPosition published = outbox.published();
        return published == null ? null : published.toString();
    }

    @Override
    public boolean hasHeard(String position) {
        BusPosition asked = BusPosition.read(position);
        return asked != null && subscription.hasHeard(asked);
    }

    @Override
    public void close() {
        unsubscribe.run();
        generations.close();
    }

    private <T extends @Nullable Object> CompletionStage<T> run(Step<T> step) {
        return ready(() -> attempt(step, 1));
    }

    /** Takes {@code step} when each server has been tried once. */
    private <T extends @Nullable Object> CompletionStage<T> ready(Supplier<CompletionStage<T>> step) {
        CompletableFuture<Void> tried = tier.servers().tried();
        return answer(() -> tried.isDone() ? step.get() : tried.thenCompose(done -> step.get()));
    }

    /** The same when the pointer is known: nobody believes a tag clock before he knows which anchors it was used for. */
    private <T extends @Nullable Object> CompletionStage<T> joined(Supplier<CompletionStage<T>> step) {
        return ready(() -> generations.get().thenCompose(view -> step.get()));
    }

    private <T extends @Nullable Object> CompletionStage<T> attempt(Step<T> step, int tries) {
        View known = generations.known();
        CompletionStage<T> taken = known == null ? generations.get().thenCompose(step::take) : step.take(known);
        return taken.exceptionallyCompose(failure -> {
            if (Trouble.unwrap(failure) instanceof MovedException && tries < MAX_TRIES) {
                return attempt(step, tries + 1);
            }
            return CompletableFuture.failedFuture(failure);
        });
    }

    /** The stage a caller gets; what the step throws at once fails the stage, too, in the tier's words. */
    private <T extends @Nullable Object> CompletionStage<T> answer(Supplier<CompletionStage<T>> step) {
        CompletionStage<T> stage;
        try {
            stage = step.get();
        } catch (TierException away) {
            stage = CompletableFuture.failedFuture(away);
        }
        return Trouble.translated(tier.name(), stage.whenComplete((done, failure) -> {
            if (failure != null) {
                generations.failed();
            }
        }));
    }

    private List<Entry> entries(List<String> texts) {
        return texts.stream().map(items::entry).toList();
    }

    private static List<List<String>> parts(List<String> all) {
        List<List<String>> parts = new ArrayList<>();
        for (int from = 0; from < all.size(); from += MAX_KEYS_AT_ONCE) {
            parts.add(all.subList(from, Math.min(all.size(), from + MAX_KEYS_AT_ONCE)));
        }
        return parts;
    }
}
