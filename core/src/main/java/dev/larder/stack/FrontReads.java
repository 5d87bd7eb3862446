package dev.larder.stack;

import dev.larder.codec.Envelope;
import dev.larder.tier.Acquired;
import dev.larder.tier.FarCache;
import dev.larder.tier.FarValue;
import dev.larder.tier.LeaseRequest;
import dev.larder.tier.Tokens;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads through the fronts to the back, and leaves copies on the way: in each front that did not have the entry, under a
 * lease that was taken before the entry was read from behind it.
 *
 * <p>Only what is fresh is served from a front or copied: what is old may have been renewed behind. An absence is not copied;
 * it is the back that gives the right to load. Thread-safe; nothing here blocks.
 */
final class FrontReads {
    /** A copier that dies leaves the key without a copy for so long. */
    private static final long LEASE_MILLIS = 5_000;
    /** Of the entries that one bulk read misses in a front so many are copied, so that leases do not take all its time. */
    private static final int MOST_COPIES = 500;

    private final Fronts fronts;
    private final FarCache back;

    FrontReads(Fronts fronts, FarCache back) {
        this.fronts = fronts;
        this.back = back;
    }

    CompletionStage<@Nullable FarValue> get(String key) {
        long proof = back.lastProofNanos(); // first: what it covers is pending by now, or done
        return fronts.pending().holds(key) ? back.get(key) : get(key, fronts.nearest(proof));
    }

    private CompletionStage<@Nullable FarValue> get(String key, int level) {
        if (level == fronts.size()
                || !fronts.get(level).isTrusted()
                || fronts.pending().holds(key)) {
            return back.get(key);
        }
        Front front = fronts.get(level);
        if (!front.isReadable()) {
            return get(key, level + 1);
        }
        String token = Tokens.next();
        return front.read(() -> front.cache().acquire(key, new LeaseRequest(token, LEASE_MILLIS, 0)))
                .<@Nullable Acquired>handle((acquired, failure) -> failure == null ? acquired : null)
                .thenCompose(acquired -> answered(key, level, token, acquired));
    }

    private CompletionStage<@Nullable FarValue> answered(
            String key, int level, String token, @Nullable Acquired acquired) {
        Front front = fronts.get(level);
        if (acquired instanceof Acquired.Hit hit) {
            if (isFresh(hit.value())) {
                return CompletableFuture.<@Nullable FarValue>completedFuture(hit.value());
            }
            quietly(() -> front.cache().invalidate(List.of(key)));
            return get(key, level + 1);
        }
        if (!(acquired instanceof Acquired.Won)) {
            return get(key, level + 1);
        }
        long sentAt = fronts.clock().nanos();
        return get(key, level + 1).whenComplete((value, failure) -> copy(front, key, token, new Behind(value, sentAt)));
    }

    /** What was read from behind a front, and when it was asked for. */
    private record Behind(@Nullable FarValue value, long sentAt) {}

    private void copy(Front front, String key, String token, Behind behind) {
        FarValue copy = copyOf(behind);
        quietly(() ->
                copy == null ? front.cache().release(key, token) : front.cache().fill(key, token, copy));
    }

    /** What to keep: it lives no longer than the tier behind will keep the entry. Null where it is old, or nothing. */
    private @Nullable FarValue copyOf(Behind behind) {
        FarValue value = behind.value();
        if (value == null) {
            return null;
        }
        boolean isUnlimited = value.leftMillis() < 0;
        long left = isUnlimited
                ? value.leftMillis()
                : value.leftMillis() - fronts.clock().millisSince(behind.sentAt());
        FarValue copy = new FarValue(value.bytes(), left);
        return (isUnlimited || left > 0) && isFresh(copy) ? copy : null;
    }

    private static boolean isFresh(FarValue value) {
        return Envelope.isFresh(value.bytes(), value.leftMillis());
    }

    CompletionStage<Map<String, FarValue>> getAll(Collection<String> keys) {
        long proof = back.lastProofNanos(); // as in get
        Set<String> around = keys.stream().filter(fronts.pending()::holds).collect(Collectors.toSet());
        List<String> through = around.isEmpty()
                ? List.copyOf(keys)
                : keys.stream().filter(key -> !around.contains(key)).toList();
        CompletionStage<Map<String, FarValue>> found = getAll(through, fronts.nearest(proof));
        return around.isEmpty() ? found : found.thenCombine(back.getAll(around), FrontReads::together);
    }

    private static Map<String, FarValue> together(Map<String, FarValue> some, Map<String, FarValue> others) {
        Map<String, FarValue> all = new HashMap<>(some);
        all.putAll(others);
        return all;
    }

    private CompletionStage<Map<String, FarValue>> getAll(List<String> keys, int level) {
        if (keys.isEmpty()) {
            return CompletableFuture.completedFuture(Map.of());
        }
        if (level == fronts.size()
                || !fronts.get(level).isTrusted()
                || keys.stream().anyMatch(fronts.pending()::holds)) {
            return back.getAll(keys);
        }
        Front front = fronts.get(level);
        if (!front.isReadable()) {
            return getAll(keys, level + 1);
        }
        return front.read(() -> front.cache().getAll(keys))
                .<@Nullable Map<String, FarValue>>handle((found, failure) -> failure == null ? found : null)
                .thenCompose(found -> found == null ? getAll(keys, level + 1) : completed(keys, level, found));
    }

    /** What the front found, and the rest from behind it, copied. */
    private CompletionStage<Map<String, FarValue>> completed(
            List<String> keys, int level, Map<String, FarValue> found) {
        Front front = fronts.get(level);
        Map<String, FarValue> fresh = new HashMap<>(found);
        fresh.values().removeIf(value -> !isFresh(value));
        List<String> old =
                found.keySet().stream().filter(key -> !fresh.containsKey(key)).toList();
        if (!old.isEmpty()) {
            quietly(() -> front.cache().invalidate(old));
        }
        List<String> missing =
                keys.stream().filter(key -> !fresh.containsKey(key)).toList();
        if (missing.isEmpty()) {
            return CompletableFuture.completedFuture(fresh);
        }
        List<String> wanted = missing.stream()
                .filter(key -> !old.contains(key))
                .limit(MOST_COPIES)
                .toList();
        return leases(front, wanted).thenCompose(tokens -> {
            long sentAt = fronts.clock().nanos();
            return getAll(missing, level + 1)
                    .whenComplete((behind, failure) -> tokens.forEach((key, token) ->
                            copy(front, key, token, new Behind(behind == null ? null : behind.get(key), sentAt))))
                    .thenApply(behind -> together(fresh, behind));
        });
    }

    /** The tokens of the leases that could be had. */
    private CompletionStage<Map<String, String>> leases(Front front, List<String> keys) {
        Map<String, String> tokens = new LinkedHashMap<>();
        keys.forEach(key -> tokens.put(key, Tokens.next()));
        return front.read(() -> {
                    List<CompletableFuture<Acquired>> calls = new ArrayList<>();
                    tokens.forEach((key, token) -> calls.add(front.cache()
                            .acquire(key, new LeaseRequest(token, LEASE_MILLIS, 0))
                            .toCompletableFuture()));
                    return CompletableFuture.allOf(calls.toArray(new CompletableFuture<?>[0]))
                            .thenApply(all ->
                                    calls.stream().map(CompletableFuture::join).toList());
                })
                .handle((answers, failure) -> failure == null ? won(tokens, answers) : Map.of());
    }

    private static Map<String, String> won(Map<String, String> tokens, List<Acquired> answers) {
        Map<String, String> won = new LinkedHashMap<>();
        int next = 0;
        for (Map.Entry<String, String> token : tokens.entrySet()) {
            if (answers.get(next++) instanceof Acquired.Won) {
                won.put(token.getKey(), token.getValue());
            }
        }
        return won;
    }

    /** A copy that is not made, or an old one that stays, costs a read from behind and nothing else. */
    private static void quietly(Supplier<CompletionStage<?>> call) {
        try {
            var unused = call.get();
        } catch (RuntimeException e) { // as above
            return;
        }
    }
}
