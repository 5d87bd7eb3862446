package dev.larder.redis;

import dev.larder.bus.BusListener;
import dev.larder.failure.RebuildException;
import dev.larder.tier.Acquired;
import dev.larder.tier.FarCache;
import dev.larder.tier.FarCacheOptions;
import dev.larder.tier.FarRebuild;
import dev.larder.tier.FarValue;
import dev.larder.tier.LeaseRequest;
import dev.larder.tier.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one cache in Redis. Thread-safe.
 *
 * <p>Each step names the generation it believes in, and Redis checks it within the step, see {@link Script}; where another
 * process has switched meanwhile the step is tried again with a new view, up to fifty times, for which somebody must clear as fast as he can. Stages complete on the
 * connection's I/O thread: whatever depends on them must be short and must not block.
 */
final class RedisCache implements FarCache {
    private static final int MAX_KEYS_READ_AT_ONCE = 5_000;
    private static final int MAX_KEYS_VOIDED_AT_ONCE = 250;
    private static final int MAX_TRIES = 50;
    private static final long MOVED = -1;
    /** What tells one value of a key from another: an envelope's header, with its checksum. */
    private static final int HEADER_BYTES = 64;

    private final RedisTier tier;
    private final Link link;
    private final Keyspace keys;
    private final String name;
    private final Generations generations;
    private final Outbox outbox;
    private final RedisTags tags;
    private final Subscription subscription;
    private final Runnable unsubscribe;

    /** One step in the generation of a view; its stage fails with {@link MovedException} where the view was wrong. */
    @FunctionalInterface
    private interface Step<T extends @Nullable Object> {
        CompletionStage<T> take(Session session, View view);
    }

    /** Tells {@link #attempt} to try again with another view. */
    private static final class MovedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        MovedException() {
            super("the cache's generation changed too often while it was used", null, false, false);
        }
    }

    RedisCache(RedisTier tier, FarCacheOptions options, BusListener listener) {
        this.tier = tier;
        this.link = tier.commands();
        this.name = options.cache();
        this.keys = new Keyspace(options.namespace(), options.cache());
        this.generations = new Generations(keys);
        String origin = Tokens.next();
        this.outbox = new Outbox(link, keys, origin);
        this.tags = new RedisTags(this, link, keys, outbox, () -> tier.recent().tagsChanged(this));
        this.subscription = new Subscription(keys, origin, options, listener);
        this.unsubscribe = tier.bus().subscribe(keys.bus(), subscription);
    }

    @Override
    public CompletionStage<@Nullable FarValue> get(String key) {
        String escaped = Keyspace.escape(key);
        return run((session, view) -> read(session, view, List.of(escaped)).thenApply(found -> found.get(0)));
    }

    @Override
    public CompletionStage<Map<String, FarValue>> getAll(Collection<String> wanted) {
        List<String> all = List.copyOf(wanted);
        List<String> escaped = escaped(all);
        return run((session, view) -> {
            List<CompletableFuture<Map<Integer, FarValue>>> parts = new ArrayList<>();
            for (List<String> part : parts(escaped, MAX_KEYS_READ_AT_ONCE)) {
                parts.add(read(session, view, part));
            }
            return Session.all(parts).thenApply(done -> {
                Map<String, FarValue> found = new HashMap<>();
                for (int part = 0; part < parts.size(); part++) {
                    int from = part * MAX_KEYS_READ_AT_ONCE;
                    parts.get(part).join().forEach((index, value) -> found.put(all.get(from + index), value));
                }
                return found;
            });
        });
    }

    private CompletableFuture<Map<Integer, FarValue>> read(Session session, View view, List<String> escapedKeys) {
        List<String> names =
                escapedKeys.stream().map(key -> keys.value(view.current(), key)).toList();
        return session.values(keys.current(), view.current(), names).thenApply(found -> {
            if (found == null) {
                throw new MovedException();
            }
            return found;
        });
    }

    @Override
    public CompletionStage<Acquired> acquire(String key, LeaseRequest request) {
        String escaped = Keyspace.escape(key);
        return run((session, view) -> session.list(
                        Script.ACQUIRE,
                        entry(view, escaped),
                        view.current(),
                        request.token(),
                        request.leaseMillis(),
                        request.softWindowMillis())
                .thenApply(RedisCache::acquired));
    }

    @Override
    public CompletionStage<Boolean> fill(String key, String token, FarValue value) {
        String escaped = Keyspace.escape(key);
        long lifeMillis = Session.life(value);
        return run((session, view) -> isOne(
                session.number(Script.FILL, entry(view, escaped), view.current(), token, value.bytes(), lifeMillis)));
    }

    @Override
    public CompletionStage<Boolean> renew(String key, String token, long leaseMillis) {
        String escaped = Keyspace.escape(key);
        return run((session, view) ->
                isOne(session.number(Script.RENEW, lease(view, escaped), view.current(), token, leaseMillis)));
    }

    @Override
    public CompletionStage<Void> release(String key, String token) {
        String escaped = Keyspace.escape(key);
        return run((session, view) -> isOne(session.number(Script.RELEASE, lease(view, escaped), view.current(), token))
                .thenApply(released -> null));
    }

    @Override
    public CompletionStage<Void> invalidate(Collection<String> voided) {
        List<String> escaped = escaped(voided);
        return run((session, view) -> invalidate(session, view, escaped))
                .thenAccept(done -> tier.recent().invalidated(this, escaped));
    }

    private CompletionStage<@Nullable Void> invalidate(Session session, View view, Collection<String> escapedKeys) {
        List<CompletableFuture<Boolean>> sent = new ArrayList<>();
        for (List<String> part : parts(List.copyOf(escapedKeys), MAX_KEYS_VOIDED_AT_ONCE)) {
            List<String> names = both(view, part);
            sent.add(isOne(session.number(
                    Script.INVALIDATE, names, view.current(), view.nextOrNone(), RedisRebuild.MAX_MILLIS)));
        }
        return Session.all(sent);
    }

    @Override
    public CompletionStage<Void> retire(String key, FarValue seen, long keepMillis) {
        String escaped = Keyspace.escape(key);
        byte[] header = Arrays.copyOf(seen.bytes(), Math.min(HEADER_BYTES, seen.bytes().length));
        return run((session, view) -> isOne(session.number(
                        Script.RETIRE,
                        List.of(keys.current(), keys.value(view.current(), escaped)),
                        view.current(),
                        header,
                        header.length - 1,
                        keepMillis))
                .thenApply(retired -> null));
    }

    @Override
    public RedisTags tags() {
        return tags;
    }

    @Override
    public CompletionStage<Void> expire(String key, long maxStaleMillis) {
        String escaped = Keyspace.escape(key);
        return run((session, view) -> isOne(session.number(
                        Script.EXPIRE,
                        both(view, List.of(escaped)),
                        view.current(),
                        view.nextOrNone(),
                        RedisRebuild.MAX_MILLIS,
                        Math.max(0, maxStaleMillis)))
                .thenApply(expired -> null));
    }

    @Override
    public CompletionStage<Void> beginWrite(String key, String token, long leaseMillis) {
        String escaped = Keyspace.escape(key);
        return run((session, view) -> isOne(session.number(
                        Script.BEGIN_WRITE,
                        both(view, List.of(escaped)),
                        view.current(),
                        view.nextOrNone(),
                        RedisRebuild.MAX_MILLIS,
                        token,
                        leaseMillis))
                .thenApply(begun -> null));
    }

    @Override
    public CompletionStage<Boolean> commitWrite(String key, String token, FarValue value) {
        String escaped = Keyspace.escape(key);
        long lifeMillis = Session.life(value);
        return run((session, view) -> isOne(session.number(
                        Script.COMMIT_WRITE,
                        both(view, List.of(escaped)),
                        view.current(),
                        view.nextOrNone(),
                        RedisRebuild.MAX_MILLIS,
                        token,
                        value.bytes(),
                        lifeMillis)))
                .thenApply(stored -> {
                    tier.recent().invalidated(this, List.of(escaped));
                    return stored;
                });
    }

    @Override
    public CompletionStage<Void> clear() {
        return answer(link.session().thenCompose(this::clear));
    }

    private CompletionStage<Void> clear(Session session) {
        return session.number(Script.CLEAR, keys.controls(), Tokens.next()).thenAccept(cleared -> replaced());
    }

    /** The generation is another one: notes it for a server that comes back older, and has the old entries removed. */
    void replaced() {
        tier.recent().cleared(this);
        tier.sweeper().sweep(keys);
    }

    @Override
    public CompletionStage<FarRebuild> rebuild() {
        RedisRebuild rebuild = new RedisRebuild(this, tier);
        return answer(link.session().thenCompose(rebuild::begin).thenApply(begun -> {
            if (!begun) {
                throw new RebuildException(
                        "another rebuild of cache '" + name + "' is running in " + tier.name()
                                + ". Wait for its end, or for a minute if its process died.",
                        null);
            }
            return rebuild;
        }));
    }

    /** Makes {@code escapedKeys} void again, or all where it is null, in a server that may have come back older. */
    CompletionStage<?> replay(Session session, @Nullable Collection<String> escapedKeys) {
        return escapedKeys == null
                ? clear(session)
                : attempt(session, null, (open, view) -> invalidate(open, view, escapedKeys), 1);
    }

    @Override
    public CompletionStage<Void> publishInvalidated(Collection<String> voided) {
        return voided.isEmpty() ? CompletableFuture.completedFuture(null) : answer(outbox.invalidated(voided));
    }

    @Override
    public CompletionStage<Void> publishCleared() {
        return answer(outbox.event(BusMessage.Event.CLEARED));
    }

    @Override
    public long lastProofNanos() {
        return subscription.lastProofNanos();
    }

    @Override
    public void close() {
        unsubscribe.run();
    }

    String name() {
        return name;
    }

    Keyspace keys() {
        return keys;
    }

    private <T extends @Nullable Object> CompletionStage<T> run(Step<T> step) {
        Session session = link.ready();
        View view = generations.known();
        if (session != null && view != null) {
            return answer(take(session, view, step, 1));
        }
        return answer(link.session().thenCompose(open -> attempt(open, null, step, 1)));
    }

    private <T extends @Nullable Object> CompletionStage<T> attempt(
            Session session, @Nullable View wrong, Step<T> step, int tries) {
        return generations.after(session, wrong).thenCompose(view -> take(session, view, step, tries));
    }

    private <T extends @Nullable Object> CompletionStage<T> take(Session session, View view, Step<T> step, int tries) {
        return step.take(session, view).exceptionallyCompose(failure -> {
            if (Session.unwrap(failure) instanceof MovedException && tries < MAX_TRIES) {
                return attempt(session, view, step, tries + 1);
            }
            if (Refusal.of(failure) == Refusal.ELSEWHERE) {
                link.reset(session, "it is not the master any more");
            }
            return CompletableFuture.failedFuture(failure);
        });
    }

    /** The stage a caller gets: where it fails, in the tier's words. */
    <T extends @Nullable Object> CompletionStage<T> answer(CompletionStage<T> stage) {
        return Trouble.translated(tier.name(), stage);
    }

    private static CompletableFuture<Boolean> isOne(CompletableFuture<Long> reply) {
        return reply.thenApply(number -> {
            if (number == MOVED) {
                throw new MovedException();
            }
            return number == 1;
        });
    }

    private List<String> entry(View view, String escapedKey) {
        return List.of(keys.current(), keys.value(view.current(), escapedKey), keys.lease(view.current(), escapedKey));
    }

    private List<String> lease(View view, String escapedKey) {
        return List.of(keys.current(), keys.lease(view.current(), escapedKey));
    }

    /** The pointers, values and leases in the current generation, and those in the next one if there is one. */
    private List<String> both(View view, List<String> escapedKeys) {
        List<String> names = new ArrayList<>(2 + 4 * escapedKeys.size());
        names.add(keys.current());
        names.add(keys.next());
        for (String key : escapedKeys) {
            names.add(keys.value(view.current(), key));
            names.add(keys.lease(view.current(), key));
        }
        if (view.next() != null) {
            for (String key : escapedKeys) {
                names.add(keys.value(view.next(), key));
                names.add(keys.lease(view.next(), key));
            }
        }
        return names;
    }

    private static Acquired acquired(List<@Nullable Object> reply) {
        String verdict = new String((byte[]) Objects.requireNonNull(reply.get(0)), StandardCharsets.US_ASCII);
        if (verdict.equals("MOVED")) {
            throw new MovedException();
        }
        byte[] bytes = (byte[]) reply.get(1);
        FarValue value = Session.value(bytes, (Long) Objects.requireNonNull(reply.get(2)));
        long leaseLeftMillis = (Long) Objects.requireNonNull(reply.get(3));
        return switch (verdict) {
            case "HIT" -> new Acquired.Hit(Objects.requireNonNull(value));
            case "WON" -> new Acquired.Won(value);
            default -> new Acquired.Lost(value, Math.max(0, leaseLeftMillis));
        };
    }

    private static List<List<String>> parts(List<String> all, int size) {
        List<List<String>> parts = new ArrayList<>();
        for (int from = 0; from < all.size(); from += size) {
            parts.add(all.subList(from, Math.min(all.size(), from + size)));
        }
        return parts;
    }

    private static List<String> escaped(Collection<String> keys) {
        return keys.stream().map(Keyspace::escape).toList();
    }
}
