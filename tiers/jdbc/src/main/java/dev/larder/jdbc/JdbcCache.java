package dev.larder.jdbc;

import dev.larder.bus.BusListener;
import dev.larder.failure.RebuildException;
import dev.larder.tier.Acquired;
import dev.larder.tier.BusPosition;
import dev.larder.tier.FarCache;
import dev.larder.tier.FarCacheOptions;
import dev.larder.tier.FarRebuild;
import dev.larder.tier.FarTags;
import dev.larder.tier.FarValue;
import dev.larder.tier.LeaseRequest;
import dev.larder.tier.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** The entries of one cache in a database, see {@link Entries}. Thread-safe. Stages complete on the tier's threads. */
final class JdbcCache implements FarCache {
    private final JdbcTier tier;
    private final Database database;
    private final String name;
    private final CacheRow row;
    private final Entries entries;
    private final Gathering<BulkEntries.Ask, Acquired> acquiring;
    private final Gathering<BulkEntries.Fill, Boolean> filling;
    private final Retirement retirement;
    private final Outbox outbox;
    private final JdbcTags tags;
    private final Subscription subscription;
    private final Runnable unsubscribe;

    JdbcCache(JdbcTier tier, FarCacheOptions options, BusListener listener) {
        Dialect dialect = tier.address().dialect();
        Tables tables = tier.address().options().tables();
        this.tier = tier;
        this.database = tier.database();
        this.name = options.cache();
        this.row = new CacheRow(options.namespace(), options.cache(), dialect, tables);
        this.entries = new Entries(row, tier.sql(), tier.touches());
        BulkEntries bulk = new BulkEntries(entries);
        int pool = tier.address().options().pool();
        this.acquiring =
                new Gathering<>(asks -> database.call(session -> bulk.acquire(session, asks)), pool, tier.ticker());
        this.filling = new Gathering<>(
                fills -> fills.size() == 1
                        ? database.call(session -> bulk.fill(session, fills))
                        : database.transact(session -> bulk.fill(session, fills)),
                pool,
                tier.ticker());
        byte[] origin = Tokens.next().getBytes(StandardCharsets.US_ASCII);
        Feed feed = new Feed(row.id(), dialect, tables);
        this.retirement = new Retirement(row, tier.sql());
        this.outbox = new Outbox(database, feed, origin, dialect.signal(tables.channel()));
        this.tags = new JdbcTags(database, row.id(), tier.address(), outbox);
        this.subscription = new Subscription(feed, origin, options, listener, this::voidOlderCopy);
        this.unsubscribe = tier.bus().subscribe(subscription);
    }

    /** Values that were invalidated since that copy was made may be back, and the tag clock with them. */
    private CompletionStage<Void> voidOlderCopy() {
        return CompletableFuture.allOf(tags.beginAnew().toCompletableFuture(), clear().toCompletableFuture());
    }

    @Override
    public CompletionStage<@Nullable FarValue> get(String key) {
        Key wanted = Key.of(key);
        return database.call(session -> {
                    FarValue found = entries.get(session, wanted);
                    return found == null ? List.<FarValue>of() : List.of(found);
                })
                .thenApply(found -> found.isEmpty() ? null : found.get(0));
    }

    @Override
    public CompletionStage<Map<String, FarValue>> getAll(Collection<String> keys) {
        List<Key> wanted = Entries.keys(keys);
        return wanted.isEmpty()
                ? CompletableFuture.completedFuture(Map.of())
                : database.call(session -> entries.getAll(session, wanted));
    }

    @Override
    public CompletionStage<Acquired> acquire(String key, LeaseRequest request) {
        Key wanted = Key.of(key);
        return acquiring.ask(new BulkEntries.Ask(wanted, request));
    }

    @Override
    public CompletionStage<Boolean> fill(String key, String token, FarValue value) {
        Key filled = Key.of(key);
        return filling.ask(new BulkEntries.Fill(filled, token, value));
    }

    @Override
    public CompletionStage<Boolean> renew(String key, String token, long leaseMillis) {
        Key leased = Key.of(key);
        return database.call(session -> entries.renew(session, leased, token, leaseMillis));
    }

    @Override
    public CompletionStage<Void> release(String key, String token) {
        Key leased = Key.of(key);
        return database.run(session -> entries.release(session, leased, token));
    }

    @Override
    public CompletionStage<Void> invalidate(Collection<String> keys) {
        List<Key> voided = Entries.keys(keys);
        return voided.isEmpty()
                ? CompletableFuture.completedFuture(null)
                : database.run(session -> entries.invalidate(session, voided));
    }

    @Override
    public CompletionStage<Void> retire(String key, FarValue seen, long keepMillis) {
        Key old = Key.of(key);
        return database.run(session -> retirement.retire(session, old, seen, keepMillis));
    }

    @Override
    public CompletionStage<Void> expire(String key, long maxStaleMillis) {
        Key expired = Key.of(key);
        return database.run(session -> entries.expire(session, expired, maxStaleMillis));
    }

    @Override
    public CompletionStage<Void> beginWrite(String key, String token, long leaseMillis) {
        Key written = Key.of(key);
        return database.run(session -> entries.beginWrite(session, written, token, leaseMillis));
    }

    @Override
    public CompletionStage<Boolean> commitWrite(String key, String token, FarValue value) {
        Key written = Key.of(key);
        return database.call(session -> entries.commitWrite(session, written, token, value));
    }

    @Override
    public CompletionStage<Void> clear() {
        return database.runAsOne(row::clear);
    }

    @Override
    public CompletionStage<FarRebuild> rebuild() {
        JdbcRebuild rebuild = new JdbcRebuild(name, tier, row, entries);
        return rebuild.begin().thenApply(begun -> {
            if (!begun) {
                throw new RebuildException(
                        "another rebuild of cache '" + name + "' is running in " + tier.name()
                                + ". Wait for its end, or for a minute if its process died.",
                        null);
            }
            return rebuild;
        });
    }

    @Override
    public FarTags tags() {
        return tags;
    }

    @Override
    public CompletionStage<Void> publishInvalidated(Collection<String> keys) {
        return keys.isEmpty() ? CompletableFuture.completedFuture(null) : outbox.publish(Body.of(keys));
    }

    @Override
    public CompletionStage<Void> publishCleared() {
        return outbox.publish(List.of(Body.ofClear()));
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
}
