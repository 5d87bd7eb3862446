package dev.larder.redis;

import dev.larder.bus.BusListener;
import dev.larder.failure.RebuildException;
import dev.larder.tier.Acquired;
import dev.larder.tier.BusPosition;
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
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The entries of one cache in Redis. Thread-safe.
 *
 * <p>Each key belongs to a {@link Partition}, which takes the steps on it; what concerns many is sent to all of theirs at
 * once. Stages complete on a connection's I/O thread: whatever depends on them must be short and must not block.
 */
final class RedisCache implements FarCache {
    private static final int MAX_KEYS_READ_AT_ONCE = 5_000;
    /** What tells one value of a key from another: an envelope's header, with its checksum. */
    private static final int HEADER_BYTES = 64;

    private final RedisTier tier;
    private final Keyspace keys;
    private final String name;
    private final List<Partition> partitions;
    private final Outbox outbox;
    private final RedisTags tags;
    private final Subscription subscription;
    private final @Nullable Tracking tracking;
    private final Runnable unsubscribe;

    RedisCache(RedisTier tier, FarCacheOptions options, BusListener listener) {
        this.tier = tier;
        this.name = options.cache();
        this.keys = new Keyspace(options.namespace(), options.cache());
        this.partitions = keys.partitions(tier.servers().partitions()).stream()
                .map(part -> new Partition(tier.servers(), part, tier.recent(), tier.covering()))
                .toList();
        String origin = Tokens.next();
        this.outbox = new Outbox(tier.servers(), keys, origin);
        this.tags = new RedisTags(tier.name(), partitions.get(0), outbox);
        this.tracking = tier.tracking();
        this.subscription = new Subscription(keys, origin, options, listener);
        Runnable unsubscribed = tier.bus(keys.bus()).subscribe(keys.bus(), subscription);
        Runnable unwatched = tracking == null ? () -> {} : tracking.add(subscription, partitions);
        this.unsubscribe = () -> {
            unwatched.run();
            unsubscribed.run();
        };
    }

    @Override
    public CompletionStage<@Nullable FarValue> get(String key) {
        String escaped = Keyspace.escape(key);
        Partition partition = partition(escaped);
        return run(
                escaped,
                (session, view) ->
                        read(partition, session, view, List.of(escaped)).thenApply(found -> found.get(0)));
    }

    @Override
    public CompletionStage<Map<String, FarValue>> getAll(Collection<String> wanted) {
        List<CompletableFuture<Map<String, FarValue>>> parts = new ArrayList<>();
        byPartition(wanted)
                .forEach((partition, all) ->
                        parts.add(answer(readAll(partition, all)).toCompletableFuture()));
        return Session.all(parts).thenApply(done -> {
            Map<String, FarValue> found = new HashMap<>();
            parts.forEach(part -> found.putAll(part.join()));
            return found;
        });
    }

    private static CompletionStage<Map<String, FarValue>> readAll(Partition partition, List<String> all) {
        List<String> escaped = escaped(all);
        return partition.run((session, view) -> {
            List<CompletableFuture<List<@Nullable FarValue>>> parts = new ArrayList<>();
            for (List<String> part : Partition.parts(escaped, MAX_KEYS_READ_AT_ONCE)) {
                parts.add(read(partition, session, view, part));
            }
            return Session.all(parts).thenApply(done -> {
                Map<String, FarValue> found = new HashMap<>();
                Iterator<String> keys = all.iterator();
                for (CompletableFuture<List<@Nullable FarValue>> part : parts) {
                    for (FarValue value : part.join()) {
                        String key = keys.next();
                        if (value != null) {
                            found.put(key, value);
                        }
                    }
                }
                return found;
            });
        });
    }

    private static CompletableFuture<List<@Nullable FarValue>> read(
            Partition partition, Session session, View view, List<String> escapedKeys) {
        Keyspace keys = partition.keys();
        List<String> names =
                escapedKeys.stream().map(key -> keys.value(view.current(), key)).toList();
        return session.values(keys.current(), view.current(), names).thenApply(found -> {
            if (found == null) {
                throw new Partition.MovedException();
            }
            return found;
        });
    }

    @Override
    public CompletionStage<Acquired> acquire(String key, LeaseRequest request) {
        String escaped = Keyspace.escape(key);
        return run(
                escaped,
                (session, view) -> session.list(
                                Script.ACQUIRE,
                                partition(escaped).entry(view, escaped),
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
        return storing(
                escaped,
                value,
                (session, view) -> Partition.isOne(session.number(
                        Script.FILL,
                        partition(escaped).entry(view, escaped),
                        view.current(),
                        token,
                        StoredValue.tail(value.bytes()),
                        lifeMillis)));
    }

    @Override
    public CompletionStage<Boolean> renew(String key, String token, long leaseMillis) {
        String escaped = Keyspace.escape(key);
        return run(
                escaped,
                (session, view) -> Partition.isOne(session.number(
                        Script.RENEW, partition(escaped).lease(view, escaped), view.current(), token, leaseMillis)));
    }

    @Override
    public CompletionStage<Void> release(String key, String token) {
        String escaped = Keyspace.escape(key);
        return run(
                escaped,
                (session, view) -> Partition.isOne(session.number(
                                Script.RELEASE, partition(escaped).lease(view, escaped), view.current(), token))
                        .thenApply(released -> null));
    }

    @Override
    public CompletionStage<Void> invalidate(Collection<String> voided) {
        List<CompletableFuture<?>> sent = new ArrayList<>();
        byPartition(voided)
                .forEach((partition, all) ->
                        sent.add(partition.invalidate(escaped(all)).toCompletableFuture()));
        return answer(Session.all(sent));
    }

    @Override
    public CompletionStage<Void> retire(String key, FarValue seen, long keepMillis) {
        String escaped = Keyspace.escape(key);
        byte[] header = header(seen);
        Keyspace part = partition(escaped).keys();
        return run(
                escaped,
                (session, view) -> Partition.isOne(session.number(
                                Script.RETIRE,
                                List.of(part.current(), part.value(view.current(), escaped)),
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
        return run(
                escaped,
                (session, view) -> Partition.isOne(session.number(
                                Script.EXPIRE,
                                partition(escaped).both(view, List.of(escaped)),
                                view.current(),
                                view.nextOrNone(),
                                RedisRebuild.MAX_MILLIS,
                                Math.max(0, maxStaleMillis)))
                        .thenApply(expired -> null));
    }

    @Override
    public CompletionStage<Void> beginWrite(String key, String token, long leaseMillis) {
        String escaped = Keyspace.escape(key);
        return run(
                escaped,
                (session, view) -> Partition.isOne(session.number(
                                Script.BEGIN_WRITE,
                                partition(escaped).both(view, List.of(escaped)),
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
        return storing(
                escaped,
                value,
                (session, view) -> Partition.isOne(session.number(
                                Script.COMMIT_WRITE,
                                partition(escaped).both(view, List.of(escaped)),
                                view.current(),
                                view.nextOrNone(),
                                RedisRebuild.MAX_MILLIS,
                                token,
                                StoredValue.tail(value.bytes()),
                                lifeMillis))
                        .thenApply(stored -> {
                            partition(escaped).invalidated(session, List.of(escaped));
                            return stored;
                        }));
    }

    @Override
    public CompletionStage<Void> clear() {
        String generation = Tokens.next();
        return answer(onAll(partition -> partition.clear(generation)).thenAccept(done -> sweep()));
    }

    /** The generation is another one: notes it for a server that comes back older, and has the old entries removed. */
    void replaced() {
        partitions.forEach(Partition::replaced);
        sweep();
    }

    void sweep() {
        tier.sweeper().sweep(keys, partitions);
    }

    @Override
    public CompletionStage<FarRebuild> rebuild() {
        RedisRebuild rebuild = new RedisRebuild(this, tier);
        return answer(rebuild.begin().thenApply(begun -> {
            if (!begun) {
                throw new RebuildException(
                        "another rebuild of cache '" + name + "' is running in " + tier.name()
                                + ". Wait for its end, or for a minute if its process died.",
                        null);
            }
            return rebuild;
        }));
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
    }

    String name() {
        return name;
    }

    List<Partition> partitions() {
        return partitions;
    }

    Partition partition(String escapedKey) {
        return partitions.get(Keyspace.partitionOf(escapedKey, partitions.size()));
    }

    /** {@code all}, as given, by the partition they belong to. */
    Map<Partition, List<String>> byPartition(Collection<String> all) {
        Map<Partition, List<String>> groups = new HashMap<>();
        if (partitions.size() == 1) {
            groups.put(partitions.get(0), List.copyOf(all));
            return groups;
        }
        for (String key : all) {
            groups.computeIfAbsent(partition(Keyspace.escape(key)), partition -> new ArrayList<>())
                    .add(key);
        }
        return groups;
    }

    /** Completes when a call has for all partitions, and fails as soon as it does for one. */
    CompletionStage<Void> onAll(Function<Partition, CompletionStage<?>> call) {
        return Session.all(partitions.stream()
                .map(partition -> call.apply(partition).toCompletableFuture())
                .toList());
    }

    private <T extends @Nullable Object> CompletionStage<T> run(String escapedKey, Partition.Step<T> step) {
        return answer(partition(escapedKey).run(step));
    }

    private CompletionStage<Boolean> storing(String escapedKey, FarValue value, Partition.Step<Boolean> step) {
        Tracking watching = tracking;
        return watching == null
                ? run(escapedKey, step)
                : watching.storing(partition(escapedKey), escapedKey, header(value), () -> run(escapedKey, step));
    }

    private static byte[] header(FarValue value) {
        return Arrays.copyOf(value.bytes(), Math.min(HEADER_BYTES, value.bytes().length));
    }

    /** The stage a caller gets: where it fails, in the tier's words. */
    <T extends @Nullable Object> CompletionStage<T> answer(CompletionStage<T> stage) {
        return Trouble.translated(tier.name(), stage);
    }

    private static Acquired acquired(List<@Nullable Object> reply) {
        String verdict = new String((byte[]) Objects.requireNonNull(reply.get(0)), StandardCharsets.US_ASCII);
        if (verdict.equals("MOVED")) {
            throw new Partition.MovedException();
        }
        byte[] bytes = (byte[]) reply.get(1);
        FarValue value = StoredValue.readAsked(bytes, (Long) Objects.requireNonNull(reply.get(2)));
        long leaseLeftMillis = (Long) Objects.requireNonNull(reply.get(3));
        return switch (verdict) {
            case "HIT" -> new Acquired.Hit(Objects.requireNonNull(value));
            case "WON" -> new Acquired.Won(value);
            default -> new Acquired.Lost(value, Math.max(0, leaseLeftMillis));
        };
    }

    private static List<String> escaped(Collection<String> keys) {
        return keys.stream().map(Keyspace::escape).toList();
    }
}
