package dev.larder.memcached;

import dev.larder.bus.BusListener;
import dev.larder.memcached.DnsDiscovery.Resolver;
import dev.larder.protocol.memcached.Request;
import dev.larder.tier.FarCache;
import dev.larder.tier.FarCacheOptions;
import dev.larder.tier.FarTier;
import dev.larder.tier.Later;
import dev.larder.tier.TierFactory.Context;
import dev.larder.time.Ticker;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One or more Memcached servers as a tier. Thread-safe.
 *
 * <p>Holds one connection to each server for the commands of all caches, and one more for the bus of each namespace. What
 * the bus hears is told to listeners on a thread of the tier's own.
 */
final class MemcachedTier implements FarTier {
    private final String name;
    private final Ticker ticker;
    private final Later later;
    private final Connector connector;
    private final Parts.Limits partLimits;
    private final Servers servers;
    private final Bus bus;
    private final AtomicBoolean closed = new AtomicBoolean();

    private MemcachedTier(MemcachedAddress address, Context context, Resolver resolver) {
        this.name = address.toString();
        this.ticker = context.ticker();
        this.partLimits = address.options().partLimits();
        this.later = new Later(context.scheduler());
        this.connector = new Connector(address, later, resolver);
        this.servers = new Servers(address, connector, later, ticker);
        this.bus = new Bus(servers, later);
    }

    /** Starts to connect and returns at once. */
    static MemcachedTier open(MemcachedAddress address, Context context) {
        return open(address, context, InetAddress::getAllByName);
    }

    /** The same with another way to look up the addresses of a name that stands for the servers. */
    static MemcachedTier open(MemcachedAddress address, Context context, Resolver resolver) {
        MemcachedTier tier = new MemcachedTier(address, context, resolver);
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
        return new MemcachedCache(this, options, listener);
    }

    /** Completes when every server has answered. */
    @Override
    public CompletionStage<Void> ping() {
        CompletableFuture<?>[] answers = servers.all().stream()
                .map(link -> link.connected()
                        .thenCompose(session -> session.send(List.of(new Request.Noop())))
                        .toCompletableFuture())
                .toArray(CompletableFuture<?>[]::new);
        return Trouble.translated(name, CompletableFuture.allOf(answers));
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        bus.close();
        servers.close();
        connector.close();
    }

    Servers servers() {
        return servers;
    }

    Bus bus() {
        return bus;
    }

    Parts.Limits partLimits() {
        return partLimits;
    }

    Ticker ticker() {
        return ticker;
    }

    Later later() {
        return later;
    }
}
