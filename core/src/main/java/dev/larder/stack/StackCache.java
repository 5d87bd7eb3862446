package dev.larder.stack;

import dev.larder.tier.Acquired;
import dev.larder.tier.FarCache;
import dev.larder.tier.FarRebuild;
import dev.larder.tier.FarTags;
import dev.larder.tier.FarValue;
import dev.larder.tier.LeaseRequest;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one cache in a stack: reads go through the fronts, everything else to the back, and what that makes untrue
 * or old is then removed from the fronts. A step has been taken when the back has taken it: a front that cannot be told is
 * not trusted any more. Thread-safe.
 */
final class StackCache implements FarCache {
    private final Fronts fronts;
    private final FarCache back;
    private final FrontReads reads;

    StackCache(Fronts fronts, FarCache back) {
        this.fronts = fronts;
        this.back = back;
        this.reads = new FrontReads(fronts, back);
    }

    @Override
    public CompletionStage<@Nullable FarValue> get(String key) {
        return reads.get(key);
    }

    @Override
    public CompletionStage<Map<String, FarValue>> getAll(Collection<String> keys) {
        return reads.getAll(keys);
    }

    @Override
    public FarCache latest() {
        return back;
    }

    /** A hit of the back is one that the fronts have not, or have an older one of. */
    @Override
    public CompletionStage<Acquired> acquire(String key, LeaseRequest request) {
        return back.acquire(key, request)
                .thenCompose(acquired -> acquired instanceof Acquired.Hit ? removed(key, acquired) : done(acquired));
    }

    /** The fronts may have an older one, which this one renews; they get a copy when somebody reads it. */
    @Override
    public CompletionStage<Boolean> fill(String key, String token, FarValue value) {
        return back.fill(key, token, value).thenCompose(stored -> stored ? removed(key, stored) : done(stored));
    }

    @Override
    public CompletionStage<Boolean> renew(String key, String token, long leaseMillis) {
        return back.renew(key, token, leaseMillis);
    }

    @Override
    public CompletionStage<Void> release(String key, String token) {
        return back.release(key, token);
    }

    @Override
    public CompletionStage<Void> invalidate(Collection<String> keys) {
        List<String> all = List.copyOf(keys);
        return back.invalidate(all).thenCompose(removed -> all.isEmpty() ? StackTier.done() : fronts.remove(all));
    }

    @Override
    public CompletionStage<Void> retire(String key, FarValue seen, long keepMillis) {
        return back.retire(key, seen, keepMillis).thenCompose(retired -> fronts.remove(List.of(key)));
    }

    @Override
    public CompletionStage<Void> expire(String key, long maxStaleMillis) {
        return back.expire(key, maxStaleMillis).thenCompose(expired -> fronts.remove(List.of(key)));
    }

    @Override
    public CompletionStage<Void> beginWrite(String key, String token, long leaseMillis) {
        return back.beginWrite(key, token, leaseMillis).thenCompose(begun -> fronts.remove(List.of(key)));
    }

    /** Where it is refused the back has removed what others stored meanwhile, of which there may be copies. */
    @Override
    public CompletionStage<Boolean> commitWrite(String key, String token, FarValue value) {
        return back.commitWrite(key, token, value).thenCompose(stored -> stored ? done(stored) : removed(key, stored));
    }

    @Override
    public CompletionStage<Void> clear() {
        return back.clear().thenCompose(cleared -> fronts.clear());
    }

    @Override
    public CompletionStage<FarRebuild> rebuild() {
        return back.rebuild().thenApply(rebuild -> new Rebuild(fronts, rebuild));
    }

    @Override
    public @Nullable FarTags tags() {
        return back.tags();
    }

    @Override
    public CompletionStage<Void> publishInvalidated(Collection<String> keys) {
        return back.publishInvalidated(keys);
    }

    @Override
    public CompletionStage<Void> publishCleared() {
        return back.publishCleared();
    }

    /** The back's: what it covers, the fronts have been told, or are gone around. */
    @Override
    public long lastProofNanos() {
        return back.lastProofNanos();
    }

    @Override
    public @Nullable String position() {
        return back.position();
    }

    /** As for the proof of silence. */
    @Override
    public boolean hasHeard(String position) {
        return back.hasHeard(position);
    }

    @Override
    public void close() {
        try {
            back.close();
        } finally {
            fronts.close();
        }
    }

    private <T> CompletionStage<T> removed(String key, T answer) {
        return fronts.remove(List.of(key)).thenApply(removed -> answer);
    }

    private static <T> CompletionStage<T> done(T answer) {
        return CompletableFuture.completedFuture(answer);
    }

    /** A rebuild of the back; its switch empties the fronts. */
    private record Rebuild(Fronts fronts, FarRebuild behind) implements FarRebuild {
        @Override
        public CompletionStage<Integer> write(Map<String, FarValue> rows) {
            return behind.write(rows);
        }

        @Override
        public CompletionStage<Boolean> commit() {
            return behind.commit()
                    .whenComplete((switched, failure) -> {
                        if (failure != null) { // it may have been switched
                            fronts.reset();
                        }
                    })
                    .thenCompose(switched -> switched ? fronts.clear().thenApply(cleared -> switched) : done(switched));
        }

        @Override
        public CompletionStage<Void> abort() {
            return behind.abort();
        }
    }
}
