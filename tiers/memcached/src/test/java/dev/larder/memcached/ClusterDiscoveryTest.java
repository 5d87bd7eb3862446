package dev.larder.memcached;

import static dev.larder.memcached.Peers.done;
import static dev.larder.memcached.Peers.store;
import static dev.larder.memcached.ToldServers.KEYS;
import static dev.larder.memcached.ToldServers.addresses;
import static dev.larder.memcached.ToldServers.found;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.memcached.Peers.Peer;
import dev.larder.testkit.FakeTicker;
import dev.larder.testkit.ManualScheduler;
import dev.larder.tier.FarTier;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Servers that an endpoint tells as ElastiCache's does, and what becomes of connections to those that left. */
class ClusterDiscoveryTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(100);

    private ToldServers servers;

    @BeforeEach
    void start() throws UnknownHostException {
        servers = new ToldServers();
    }

    @AfterEach
    void stop() {
        servers.close();
    }

    @Test
    void configurationEndpointNamesTheServers() {
        servers.endpoint.name(List.of(servers.server(1)));
        Peer peer = servers.byEndpoint(servers.endpoint.place());
        KEYS.forEach(key -> store(peer, key, "v"));
        try (MemcachedServer joining = MemcachedServer.start()) {
            servers.endpoint.name(List.of(servers.server(1), joining));

            await().atMost(PATIENCE).until(() -> {
                assertThat(found(peer)).hasSize(KEYS.size());
                return joining.items() > KEYS.size() / 10L;
            });
        }
    }

    @Test
    void endpointThatHangsOrTalksRubbishChangesNothing() {
        Peer peer = servers.byEndpoint(servers.endpoint.place());
        KEYS.forEach(key -> store(peer, key, "v"));
        assertThat(found(peer)).hasSize(KEYS.size());

        servers.endpoint.say("CONFIG cluster 0 5\r\n12\n\r\nEND\r\n");
        int before = servers.endpoint.asked();
        await().atMost(PATIENCE).until(() -> servers.endpoint.asked() > before + 1);

        assertThat(found(peer)).hasSize(KEYS.size());
        assertThat(servers.pointer()).endsWith(" -");
    }

    @Test
    void plainServerMayKeepTheListInAnItem() {
        try (MemcachedServer joining = MemcachedServer.start()) {
            byte[] list = ("1\n127.0.0.1||" + joining.port() + "\n").getBytes(StandardCharsets.US_ASCII);
            servers.server(1).store("set AmazonElastiCache:cluster 0 0 " + list.length, list);
            Peer peer = servers.byEndpoint("127.0.0.1:" + servers.server(1).port());

            KEYS.forEach(key -> store(peer, key, "v"));

            assertThat(joining.items()).isGreaterThanOrEqualTo(KEYS.size());
        }
    }

    @Test
    void connectionsToServersThatLeftAreLetGoOf() {
        FakeTicker ticker = new FakeTicker();
        try (Peers minutes = new Peers(new ManualScheduler(ticker), ticker)) {
            servers.told = List.of(1, 2, 3);
            FarTier tier = minutes.tier(servers.nameUri() + "&discovery-every=1m", host -> addresses(servers.told));
            long none = connectionsWithoutUs();
            await().atMost(PATIENCE).pollInterval(POLL).untilAsserted(() -> {
                ticker.leap(POLL); // a connection that failed is tried again by this clock
                done(tier.ping());
                assertThat(servers.server(3).stat("curr_connections")).isGreaterThan(none);
            });

            servers.told = List.of(1, 2);

            AtomicInteger calm = new AtomicInteger(); // a leap may cut connections that come again
            await().atMost(PATIENCE).until(() -> {
                ticker.leap(Duration.ofMinutes(1));
                boolean isLetGoOf = servers.server(3).stat("curr_connections") == none;
                return (isLetGoOf ? calm.incrementAndGet() : calm.getAndSet(0)) > 8;
            });
        }
    }

    /** Memcached counts its own sockets: what a server has that nobody but this question is connected to. */
    private static long connectionsWithoutUs() {
        try (MemcachedServer alone = MemcachedServer.start()) {
            return alone.stat("curr_connections");
        }
    }
}
