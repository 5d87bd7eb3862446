package dev.larder.testkit;

import dev.larder.bus.TagChange;
import dev.larder.testkit.FaultyTier.Operation;
import dev.larder.tier.Acquired;
import dev.larder.tier.FarCache;
import dev.larder.tier.FarRebuild;
import dev.larder.tier.FarTags;
import dev.larder.tier.FarValue;
import dev.larder.tier.LeaseRequest;
import dev.larder.tier.TagReading;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The entries of one cache behind a {@link FaultyTier}, which decides what becomes of each call. Thread-safe. */
final class FaultyFarCache implements FarCache {
    private final FaultyTier tier;
    private final FarCache behind;
    private final FaultyBus bus;

    FaultyFarCache(FaultyTier tier, FarCache behind, FaultyBus bus) {
        this.tier = tier;
        this.behind = behind;
        this.bus = bus;
        bus.connect(behind);
    }

    @Override
    public CompletionStage<@Nullable FarValue> get(String key) {
        return tier.<@Nullable FarValue>call(Operation.GET, List.of(key), () -> behind.get(key))
                .thenApply(this::damaged);
    }

    @Override
    public CompletionStage<Map<String, FarValue>> getAll(Collection<String> keys) {
        return tier.call(Operation.GET_ALL, keys, () -> behind.getAll(keys)).thenApply(found -> {
            Map<String, FarValue> damaged = new HashMap<>();
            found.forEach(
                    (key, value) -> damaged.put(key, new FarValue(tier.damaged(value.bytes()), value.leftMillis())));
            return damaged;
        });
    }

    @Override
    public CompletionStage<Acquired> acquire(String key, LeaseRequest request) {
        return tier.call(Operation.ACQUIRE, List.of(key), () -> behind.acquire(key, request))
                .thenApply(this::damaged);
    }

    @Override
    public CompletionStage<Boolean> fill(String key, String token, FarValue value) {
        return tier.call(Operation.FILL, List.of(key), () -> behind.fill(key, token, value));
    }

    @Override
    public CompletionStage<Boolean> renew(String key, String token, long leaseMillis) {
        return tier.call(Operation.RENEW, List.of(key), () -> behind.renew(key, token, leaseMillis));
    }

    @Override
    public CompletionStage<Void> release(String key, String token) {
        return tier.call(Operation.RELEASE, List.of(key), () -> behind.release(key, token));
    }

    @Override
    public CompletionStage<Void> invalidate(Collection<String> keys) {
        return tier.call(Operation.INVALIDATE, keys, () -> behind.invalidate(keys));
    }

    @Override
    public CompletionStage<Void> retire(String key, FarValue seen, long keepMillis) {
        return tier.call(Operation.RETIRE, List.of(key), () -> behind.retire(key, seen, keepMillis));
    }

    @Override
    public CompletionStage<Void> expire(String key, long maxStaleMillis) {
        return tier.call(Operation.EXPIRE, List.of(key), () -> behind.expire(key, maxStaleMillis));
    }

    @Override
    public CompletionStage<Void> beginWrite(String key, String token, long leaseMillis) {
        return tier.call(Operation.BEGIN_WRITE, List.of(key), () -> behind.beginWrite(key, token, leaseMillis));
    }

    @Override
    public CompletionStage<Boolean> commitWrite(String key, String token, FarValue value) {
        return tier.call(Operation.COMMIT_WRITE, List.of(key), () -> behind.commitWrite(key, token, value));
    }

    @Override
    public CompletionStage<Void> clear() {
        return tier.call(Operation.CLEAR, List.of(), behind::clear);
    }

    @Override
    public CompletionStage<FarRebuild> rebuild() {
        return tier.call(Operation.REBUILD, List.of(), behind::rebuild).thenApply(Rebuilding::new);
    }

    @Override
    public @Nullable FarTags tags() {
        FarTags tags = behind.tags();
        return tags == null ? null : new Tags(tags);
    }

    @Override
    public CompletionStage<Void> publishInvalidated(Collection<String> keys) {
        return tier.call(Operation.PUBLISH, keys, () -> behind.publishInvalidated(keys));
    }

    @Override
    public CompletionStage<Void> publishCleared() {
        return tier.call(Operation.PUBLISH, List.of(), behind::publishCleared);
    }

    @Override
    public long lastProofNanos() {
        return bus.lastProofNanos();
    }

    @Override
    public @Nullable String position() {
        return behind.position();
    }

    @Override
    public boolean hasHeard(String position) {
        return bus.hasHeard(position);
    }

    @Override
    public void close() {
        behind.close();
    }

    private @Nullable FarValue damaged(@Nullable FarValue value) {
        return value == null ? null : new FarValue(tier.damaged(value.bytes()), value.leftMillis());
    }

    private Acquired damaged(Acquired acquired) {
        if (acquired instanceof Acquired.Hit hit) {
            return new Acquired.Hit(
                    new FarValue(tier.damaged(hit.value().bytes()), hit.value().leftMillis()));
        }
        if (acquired instanceof Acquired.Won won) {
            return new Acquired.Won(damaged(won.stale()));
        }
        Acquired.Lost lost = (Acquired.Lost) acquired;
        return new Acquired.Lost(damaged(lost.stale()), lost.leaseLeftMillis());
    }

    private final class Tags implements FarTags {
        private final FarTags tags;

        Tags(FarTags tags) {
            this.tags = tags;
        }

        @Override
        public CompletionStage<Long> now() {
            return tier.call(Operation.TAG_CLOCK, List.of(), tags::now);
        }

        @Override
        public CompletionStage<TagReading> read(Collection<String> names) {
            return tier.call(Operation.TAG_READ, names, () -> tags.read(names));
        }

        @Override
        public CompletionStage<Long> change(String tag, TagChange.Kind kind) {
            return tier.call(Operation.TAG_CHANGE, List.of(tag), () -> tags.change(tag, kind));
        }

        @Override
        public CompletionStage<Void> publish(TagChange change) {
            return tier.call(Operation.PUBLISH, List.of(change.tag()), () -> tags.publish(change));
        }
    }

    private final class Rebuilding implements FarRebuild {
        private final FarRebuild next;

        Rebuilding(FarRebuild next) {
            this.next = next;
        }

        @Override
        public CompletionStage<Integer> write(Map<String, FarValue> rows) {
            return tier.call(Operation.REBUILD_WRITE, rows.keySet(), () -> next.write(rows));
        }

        @Override
        public CompletionStage<Boolean> commit() {
            return tier.call(Operation.REBUILD_COMMIT, List.of(), next::commit);
        }

        @Override
        public CompletionStage<Void> abort() {
            return tier.call(Operation.REBUILD_ABORT, List.of(), next::abort);
        }
    }
}
