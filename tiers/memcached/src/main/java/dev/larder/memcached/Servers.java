package dev.larder.memcached;

import dev.larder.protocol.memcached.Key;
import dev.larder.tier.Later;
import dev.larder.time.Ticker;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The servers of a tier, one connection to each for all commands, and the ring that says whose a key is. Thread-safe. */
final class Servers implements AutoCloseable {
    private final MemcachedAddress address;
    private final Connector connector;
    private final Later later;
    private final Ticker ticker;
    private final Ring ring;
    private final List<Link> links;
    private final CompletableFuture<Void> tried;

    Servers(MemcachedAddress address, Connector connector, Later later, Ticker ticker) {
        this.address = address;
        this.connector = connector;
        this.later = later;
        this.ticker = ticker;
        this.ring = new Ring(address.servers());
        this.links = address.servers().stream().map(server -> link(server, "")).toList();
        this.tried = CompletableFuture.allOf(links.stream().map(Link::tried).toArray(CompletableFuture<?>[]::new));
    }

    void open() {
        links.forEach(Link::open);
    }

    /** Completes when each server has been tried once. */
    CompletableFuture<Void> tried() {
        return tried;
    }

    /** The connection to the server that {@code key} belongs to. */
    Link of(Key key) {
        return links.size() == 1 ? links.get(0) : links.get(ring.owner(key.bytes()));
    }

    /** See {@link Ring#fingerprint()}. */
    String fingerprint() {
        return ring.fingerprint();
    }

    List<Link> all() {
        return links;
    }

    /** One more connection to the server that {@code key} belongs to; the caller opens and closes it. */
    Link another(Key key, String purpose) {
        int owner = links.size() == 1 ? 0 : ring.owner(key.bytes());
        return link(address.servers().get(owner), " (" + purpose + ")");
    }

    private Link link(HostAndPort server, String purpose) {
        return new Link(address.name(server) + purpose, () -> connector.connect(server), later, ticker);
    }

    @Override
    public void close() {
        links.forEach(Link::close);
    }
}
