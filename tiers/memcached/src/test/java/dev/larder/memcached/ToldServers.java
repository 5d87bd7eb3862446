package dev.larder.memcached;

import static dev.larder.memcached.Peers.done;

import dev.larder.memcached.Peers.Peer;
import dev.larder.testkit.FreePorts;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * Three real servers on one port of three addresses, which a name or an endpoint tells, or some of them, or none, or rubbish.
 * The first one is the anchor. For one test.
 */
final class ToldServers implements AutoCloseable {
    static final List<String> KEYS =
            IntStream.range(0, 300).mapToObj(i -> "k" + i).toList();

    final Endpoint endpoint = new Endpoint();
    final Peers peers = new Peers();
    private final List<MemcachedServer> servers = new ArrayList<>();
    private final int port = FreePorts.next();

    /** The name's addresses, by the servers' numbers. */
    volatile List<Integer> told = List.of();

    ToldServers() throws UnknownHostException {
        for (int i = 1; i <= 3; i++) {
            servers.add(MemcachedServer.startAt(new InetSocketAddress(address(i), port)));
        }
    }

    @Override
    public void close() {
        peers.close();
        servers.forEach(MemcachedServer::close);
        endpoint.close();
    }

    Peer byName() {
        return peers.peer(peers.tier(nameUri(), host -> addresses(told)));
    }

    Peer byEndpoint(String place) {
        return peers.peer(peers.tier(uri("elasticache:" + place)));
    }

    String nameUri() {
        return uri("dns:servers.test:" + port);
    }

    private String uri(String discovery) {
        return "memcached://127.0.0.1:" + port + "?discovery-every=1s&connect-timeout=1s&discovery=" + discovery;
    }

    static InetAddress[] addresses(List<Integer> numbers) throws UnknownHostException {
        if (numbers.isEmpty()) {
            throw new UnknownHostException("servers.test");
        }
        List<InetAddress> all = new ArrayList<>();
        for (int number : numbers) {
            all.add(address(number));
        }
        return all.toArray(new InetAddress[0]);
    }

    private static InetAddress address(int number) throws UnknownHostException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) number});
    }

    MemcachedServer server(int number) {
        return servers.get(number - 1);
    }

    String pointer() {
        String answer = server(1).ask("mg test:things:gen v\r\nmn\r\n", "MN");
        return answer.startsWith("VA") ? answer.split("\n")[1] : "";
    }

    static Set<String> found(Peer peer) {
        return new TreeSet<>(done(peer.cache().getAll(KEYS)).keySet());
    }
}
