package dev.larder.memcached;

import dev.larder.memcached.AddressOptions.OnFailure;
import dev.larder.memcached.ServerList.Wish;
import dev.larder.protocol.memcached.Key;
import dev.larder.tier.Later;
import dev.larder.time.Ticker;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The servers of a tier, one connection to each for all commands. Thread-safe.
 *
 * <p>Those named before the options are the <em>anchors</em>: they hold what must be found by whoever begins, the pointers
 * of caches and the bus, whatever ring the values are on. Servers of a ring that this process was not told of by its URI are
 * connected to when it meets them. Where a {@link Discovery} tells the servers, they come and go by themselves, and those that
 * nobody needs any more are let go of.
 */
final class Servers implements AutoCloseable {
    static final long TIDY_NANOS = TimeUnit.MINUTES.toNanos(1);

    private final MemcachedAddress address;
    private final Connector connector;
    private final Later later;
    private final Ticker ticker;
    private final Ring anchors;
    private final ServerList list;
    private final Map<String, Link> links = new ConcurrentHashMap<>();
    private final Map<String, Heartbeat> heartbeats = new ConcurrentHashMap<>();
    private final Set<String> started = ConcurrentHashMap.newKeySet();
    private final Map<Object, Supplier<List<HostAndPort>>> users = new ConcurrentHashMap<>();
    private final CompletableFuture<Void> tried;

    /** Which were not needed when last looked at; on the scheduler's thread only. */
    private Set<String> idle = Set.of();

    private volatile boolean closed;

    Servers(MemcachedAddress address, Connector connector, Later later, Ticker ticker) {
        this.address = address;
        this.connector = connector;
        this.later = later;
        this.ticker = ticker;
        this.anchors = new Ring(address.servers());
        this.list = new ServerList(address, connector.discovery(), later);
        List<Link> named = anchors();
        this.tried = CompletableFuture.allOf(
                tried(named),
                list.asked().thenCompose(asked -> meet(wish().layout().servers())));
    }

    void open() {
        var unused = meet(address.servers());
        list.open();
        if (address.options().discovery() != null) {
            later.schedule(this::tidy, TIDY_NANOS);
        }
    }

    /** Lets go of connections that were needed neither now nor when last looked at: steps under way are over by then. */
    private void tidy() {
        if (closed) {
            return;
        }
        Set<String> needed = Stream.of(
                        anchors.servers().stream(),
                        wish().layout().servers().stream(),
                        users.values().stream().flatMap(user -> user.get().stream()))
                .flatMap(Function.identity())
                .map(HostAndPort::toString)
                .collect(Collectors.toSet());
        Set<String> unneeded = links.keySet().stream()
                .filter(server -> !needed.contains(server))
                .collect(Collectors.toSet());
        unneeded.stream().filter(idle::contains).forEach(this::forget);
        idle = unneeded;
        later.schedule(this::tidy, TIDY_NANOS);
    }

    private void forget(String server) {
        Heartbeat heartbeat = heartbeats.remove(server);
        Link link = links.remove(server);
        started.remove(server);
        if (heartbeat != null) {
            heartbeat.close();
        }
        if (link != null) {
            link.close();
        }
    }

    /** As long as {@code user} is there, the connections to the servers that {@code needed} names are kept. */
    void attend(Object user, Supplier<List<HostAndPort>> needed) {
        users.put(user, needed);
    }

    void leave(Object user) {
        users.remove(user);
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

    /** Completes when each server of the URI, or that was found first, has been tried once. */
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

    /** The ring that this process would have. */
    Wish wish() {
        return list.wish();
    }

    /** See {@link Ring#fingerprint()}. */
    String fingerprint() {
        return anchors.fingerprint();
    }

    /** How long a new ring may be answered for by the one before it. */
    long warmUpNanos() {
        return address.options().warmUp().toNanos();
    }

    /** What happens to the keys of a server that is away. */
    OnFailure onFailure() {
        return address.options().onFailure();
    }

    /** How long a server must have been away before it goes out. */
    long outNanos() {
        return address.options().outAfter().toNanos();
    }

    /** How long one that is out must have been reached before it is taken in again. */
    long backNanos() {
        return address.options().backAfter().toNanos();
    }

    Ticker ticker() {
        return ticker;
    }

    /** The connections to the anchors. */
    List<Link> anchors() {
        return anchors.servers().stream().map(this::link).toList();
    }

    /** The connections to the anchors, and to the ring that this process would have. */
    List<Link> all() {
        return Stream.concat(anchors.servers().stream(), wish().layout().servers().stream())
                .map(this::met)
                .distinct()
                .toList();
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
        list.close();
        heartbeats.values().forEach(Heartbeat::close);
        links.values().forEach(Link::close);
    }
}
