package dev.larder.clients;

import dev.larder.server.LarderServer;
import dev.larder.server.ServerOptions;

/** A {@code larder server} in this process, on two ports of its own: one for Redis's clients, one for Memcached's. */
final class EmbeddedNode implements AutoCloseable {
    private final LarderServer server = LarderServer.start(ServerOptions.standard()
            .with("port", "0")
            .with("memcached-port", "-1")
            .with("maxmemory", "256mb"));

    /** An address for Redis's clients. */
    String redis() {
        return "redis://127.0.0.1:" + server.port();
    }

    /** An address for Memcached's clients. */
    String memcached() {
        return "memcached://127.0.0.1:" + server.memcachedPort();
    }

    int port() {
        return server.port();
    }

    @Override
    public void close() {
        server.close();
    }
}
