package dev.larder.redis;

import dev.larder.bus.BusListener;
import dev.larder.tier.FarCache;
import dev.larder.tier.FarCacheOptions;
import dev.larder.tier.FarTier;
import dev.larder.tier.Later;
import dev.larder.tier.TierFactory.Context;
import dev.larder.time.Ticker;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A Redis server as a tier: one server, with or without replicas, but no Redis Cluster, where the steps of {@link Script}
 * would touch several slots. Thread-safe.
 *
 * <p>Holds two connections for all caches: one for commands, and one that only listens to the bus, because its question
 * blocks. What the bus hears is told to listeners on a thread of the tier's own.
 */
final class RedisTier implements FarTier {
    private final String name;
    private final RedisClient client;
    private final RedisURI uri;
    private final Later later;
    private final Ticker ticker;
    private final Link commands;
    private final Heartbeat heartbeat;
    private final Bus bus;
    private final Sweeper sweeper;
    private final RecentInvalidations<RedisCache> recent;
    private volatile String server = "";
    private final ExecutorService busThread;
    private final AtomicBoolean closed = new AtomicBoolean();

    private RedisTier(RedisAddress address, Context context) {
        this.name = address.toString();
        this.client = Clients.open(address.options());
        this.uri = Clients.uri(address);
        this.ticker = context.ticker();
        this.later = new Later(context.scheduler());
        this.busThread = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "larder-redis-bus");
            thread.setDaemon(true);
            return thread;
        });
        this.recent = new RecentInvalidations<>(ticker);
        Login login = new Login(address, later);
        this.commands = new Link(
                name, this::connect, session -> login.greet(session).thenCompose(in -> greet(session)), later, ticker);
        this.heartbeat = new Heartbeat(commands, later, ticker);
        this.bus = new Bus(
                commands,
                greeting -> new Link(
                        name + " (bus)",
                        this::connect,
                        session -> login.greet(session).thenCompose(in -> greeting.greet(session)),
                        later,
                        ticker),
                later,
                busThread);
        this.sweeper = new Sweeper(commands, later);
    }

    /** Starts to connect and returns at once. */
    static RedisTier open(RedisAddress address, Context context) {
        RedisTier tier = new RedisTier(address, context);
        tier.commands.open();
        tier.heartbeat.beat();
        return tier;
    }

    private CompletionStage<StatefulRedisConnection<String, byte[]>> connect() {
        try {
            return client.connectAsync(Session.CODEC, uri);
        } catch (RuntimeException e) { // what is wrong before anything is sent, such as no support of sockets here
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public FarCache cache(FarCacheOptions options, BusListener listener) {
        if (closed.get()) {
            throw new IllegalStateException(
                    "tier " + name + " is closed; cache '" + options.cache() + "' has no use of it");
        }
        return new RedisCache(this, options, listener);
    }

    @Override
    public CompletionStage<Void> ping() {
        return commands.connected()
                .thenCompose(session -> session.redis().ping())
                .handle((pong, failure) -> {
                    if (failure != null) {
                        throw Trouble.calling(name, failure);
                    }
                    return null;
                });
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        heartbeat.close();
        bus.close();
        commands.close();
        Clients.close(client);
        busThread.shutdown();
    }

    Link commands() {
        return commands;
    }

    Bus bus() {
        return bus;
    }

    Sweeper sweeper() {
        return sweeper;
    }

    RecentInvalidations<RedisCache> recent() {
        return recent;
    }

    Ticker ticker() {
        return ticker;
    }

    Later later() {
        return later;
    }

    /** Before anything is read on a new connection: what an older copy of the data may have brought back is removed. */
    private CompletionStage<Void> greet(Session session) {
        if (session.server().equals(server)) {
            return CompletableFuture.completedFuture(null);
        }
        return replay(session).thenAccept(done -> server = session.server());
    }

    private CompletionStage<Void> replay(Session session) {
        List<CompletableFuture<?>> sent = new ArrayList<>();
        for (Map.Entry<RedisCache, Set<String>> entry : recent.recent().entrySet()) {
            sent.add(entry.getKey().replay(session, entry.getValue()).toCompletableFuture());
        }
        for (RedisCache cache : recent.tagged()) {
            sent.add(cache.tags().renew(session).toCompletableFuture());
        }
        return Session.all(sent);
    }
}
