package dev.larder.memcached;

import dev.larder.protocol.memcached.Key;
import dev.larder.tier.Later;
import dev.larder.time.Ticker;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/**
 * The servers of a tier, one connection to each for all commands. Thread-safe.
 *
 * <p>Those named before the options are the <em>anchors</em>: they hold what must be found by whoever begins, the pointers
 * of caches and the bus, whatever ring the values are on. Servers of a ring that this process was not told of by its URI are
 * connected to when it meets them.
 */
final class Servers implements AutoCloseable {
    private final MemcachedAddress address;
    private final Connector connector;
    private final Later later;
    private final Ticker ticker;
    private final Ring anchors;
    private final Ring wish;
    private final Map<String, Link> links = new ConcurrentHashMap<>();
    private final Map<String, Heartbeat> heartbeats = new ConcurrentHashMap<>();
    private final Set<String> started = ConcurrentHashMap.newKeySet();
    private final List<Link> named;
    private final CompletableFuture<Void> tried;
    private volatile boolean closed;

    Servers(MemcachedAddress address, Connector connector, Later later, Ticker ticker) {
        this.address = address;
        this.connector = connector;
        this.later = later;
        this.ticker = ticker;
        this.anchors = new Ring(address.servers());
        this.wish = new Ring(address.ring());
        this.named = Stream.concat(address.servers().stream(), address.ring().stream())
                .map(this::link)
                .distinct()
                .toList();
        this.tried = tried(named);
    }

    void open() {
        links.keySet().forEach(this::start);
    }

    private void start(String server) {
        Link link = links.get(server);
        Heartbeat heartbeat = heartbeats.get(server);
        if (link != null && heartbeat != null && started.add(server)) {
            link.open();
            heartbeat.beat();
            if (closed) {
                close();
            }
        }
    }

    /** Completes when each server of the URI has been tried once. */
    CompletableFuture<Void> tried() {
        return tried;
    }

    /** Connects to what is not connected to yet; completes when each has been tried once. */
    CompletableFuture<Void> meet(Collection<HostAndPort> servers) {
        return tried(servers.stream().map(this::met).toList());
    }

    private static CompletableFuture<Void> tried(List<Link> links) {
        return CompletableFuture.allOf(links.stream().map(Link::tried).toArray(CompletableFuture<?>[]::new));
    }

    /** The connection to the anchor that {@code key}, a pointer or the bus, belongs to. */
    Link of(Key key) {
        return link(anchors.server(key.bytes()));
    }

    /** The connection to a server of a ring. */
    Link link(HostAndPort server) {
        Link known = links.get(server.toString());
        return known != null
                ? known
                : links.computeIfAbsent(server.toString(), name -> {
                    Link made = link(server, "");
                    heartbeats.put(name, new Heartbeat(made, later, ticker));
                    return made;
                });
    }

    private Link met(HostAndPort server) {
        Link link = link(server);
        start(server.toString());
        return link;
    }

    /** The ring that this process was told to have. */
    Ring wish() {
        return wish;
    }

    /** See {@link Ring#fingerprint()}. */
    String fingerprint() {
        return anchors.fingerprint();
    }

    /** How long a new ring may be answered for by the one before it. */
    long warmUpNanos() {
        return address.warmUp().toNanos();
    }

    Ticker ticker() {
        return ticker;
    }

    /** The connections to the anchors. */
    List<Link> anchors() {
        return anchors.servers().stream().map(this::link).toList();
    }

    /** Those of the URI. */
    List<Link> all() {
        return named;
    }

    /** One more connection to the anchor that {@code key} belongs to; the caller opens and closes it. */
    Link another(Key key, String purpose) {
        return link(anchors.server(key.bytes()), " (" + purpose + ")");
    }

    private Link link(HostAndPort server, String purpose) {
        return new Link(address.name(server) + purpose, () -> connector.connect(server), later, ticker);
    }

    @Override
    public void close() {
        closed = true;
        heartbeats.values().forEach(Heartbeat::close);
        links.values().forEach(Link::close);
    }
}
