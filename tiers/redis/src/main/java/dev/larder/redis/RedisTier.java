package dev.larder.redis;

import dev.larder.bus.BusListener;
import dev.larder.redis.AddressOptions.Near;
import dev.larder.redis.RedisAddress.Kind;
import dev.larder.tier.FarCache;
import dev.larder.tier.FarCacheOptions;
import dev.larder.tier.FarTier;
import dev.larder.tier.Later;
import dev.larder.tier.TierFactory.Context;
import dev.larder.time.Ticker;
import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.SlotHash;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A Redis as a tier: one server, the master that sentinels name, or a cluster. Thread-safe.
 *
 * <p>Holds one connection to each server for all caches, and one for each namespace that only listens to the bus, because
 * its question blocks. What the bus hears is told to listeners on a thread of the tier's own.
 */
final class RedisTier implements FarTier {
    private final String name;
    private final RedisClient client;
    private final Login login;
    private final Later later;
    private final Ticker ticker;
    private final Servers servers;
    private final Map<String, Bus> buses = new ConcurrentHashMap<>();
    private final Sweeper sweeper;
    private final RecentInvalidations<Partition> recent;
    private final ExecutorService busThread;
    private final @Nullable Tracking tracking;
    private final AtomicBoolean closed = new AtomicBoolean();

    private RedisTier(RedisAddress address, Context context) {
        this.name = address.toString();
        this.client = Clients.open(address.options());
        this.ticker = context.ticker();
        this.later = new Later(context.scheduler());
        this.busThread = Executors.newSingleThreadExecutor(task -> {
            Thread thread = new Thread(task, "larder-redis-bus");
            thread.setDaemon(true);
            return thread;
        });
        this.recent = new RecentInvalidations<>(ticker);
        this.login = new Login(address, later);
        Link.Greeting greeting = new Link.Greeting() {
            @Override
            public CompletionStage<Void> greet(Session session) {
                return login.greet(session);
            }

            @Override
            public void offered() {
                catchUp();
            }
        };
        this.servers = address.kind() == Kind.CLUSTER
                ? new ClusterServers(
                        client, address, greeting, new ClusterServers.Surroundings(later, ticker, this::catchUp))
                : new OneServer(client, address, greeting, later, ticker);
        this.sweeper = new Sweeper(later);
        this.tracking = address.options().near() == Near.TRACKING
                ? new Tracking(servers, (at, owner) -> watcher(address, at, owner), busThread)
                : null;
    }

    private Watcher watcher(RedisAddress address, Endpoint at, Watcher.Owner owner) {
        String what = address.kind() == Kind.CLUSTER ? name + " (node " + at + ", watched)" : name + " (watched)";
        return new Watcher(
                name,
                greeting -> new Link(what, () -> servers.connect(at), greeting, later, ticker),
                new Watcher.Surroundings(login, later, ticker, busThread),
                owner);
    }

    /** Starts to connect and returns at once. */
    static RedisTier open(RedisAddress address, Context context) {
        RedisTier tier = new RedisTier(address, context);
        tier.servers.open();
        return tier;
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
        return servers.connected()
                .thenCompose(session -> session.redis().ping())
                .thenCompose(pong -> tracking == null ? CompletableFuture.completedFuture(null) : tracking.ping())
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
        buses.values().forEach(Bus::close);
        if (tracking != null) {
            tracking.close();
        }
        servers.close();
        Clients.close(client);
        busThread.shutdown();
    }

    Servers servers() {
        return servers;
    }

    /** The bus that is carried by the stream of that name. */
    Bus bus(String stream) {
        int slot = SlotHash.getSlot(stream);
        return buses.computeIfAbsent(
                stream,
                opened -> new Bus(
                        servers,
                        greeting -> new Link(
                                name + " (bus)",
                                () -> servers.connect(slot),
                                session -> login.greet(session).thenCompose(in -> greeting.greet(session)),
                                later,
                                ticker),
                        later,
                        busThread));
    }

    /** What watches Redis for near tiers; null where only the bus keeps them right. */
    @Nullable Tracking tracking() {
        return tracking;
    }

    Partition.Covering covering() {
        Tracking watching = tracking;
        return watching == null ? (partition, view) -> CompletableFuture.completedFuture(null) : watching;
    }

    Sweeper sweeper() {
        return sweeper;
    }

    RecentInvalidations<Partition> recent() {
        return recent;
    }

    Ticker ticker() {
        return ticker;
    }

    Later later() {
        return later;
    }

    /** A server may be another one now: it is told what an older copy of the data may have brought back. */
    private void catchUp() {
        recent.caches().forEach(partition -> {
            var unused = partition.catchUp();
        });
        Tracking watching = tracking;
        if (watching != null) {
            watching.catchUp();
        }
    }
}
