package dev.larder.benchmarks.outage;

import dev.larder.benchmarks.process.ServerProcess;
import dev.larder.benchmarks.process.TierServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Three Memcached servers, of which some go away. For one thread. */
final class MemcachedRing implements TierServer {
    static final int SERVERS = 3;

    private final List<ServerProcess> servers;
    private final int failing;

    private MemcachedRing(List<ServerProcess> servers, int failing) {
        this.servers = servers;
        this.failing = failing;
    }

    /** Starts three; {@link #fail} takes away the first {@code failing} of them. */
    static MemcachedRing start(int failing) throws IOException {
        List<ServerProcess> servers = new ArrayList<>();
        for (int server = 0; server < SERVERS; server++) {
            servers.add(ServerProcess.memcached(64));
        }
        return new MemcachedRing(servers, failing);
    }

    @Override
    public String uri() {
        return servers.stream()
                .map(server -> "127.0.0.1:" + server.port())
                .collect(Collectors.joining(",", "memcached://", ""));
    }

    @Override
    public void fail() throws IOException {
        for (ServerProcess server : servers.subList(0, failing)) {
            server.fail();
        }
    }

    @Override
    public void heal() throws IOException {
        for (ServerProcess server : servers.subList(0, failing)) {
            server.heal();
        }
    }

    @Override
    public void close() {
        servers.forEach(ServerProcess::close);
    }
}
