package dev.larder.memcached;

import static dev.larder.memcached.Peers.done;
import static dev.larder.memcached.Peers.read;
import static dev.larder.memcached.Peers.store;
import static dev.larder.memcached.ToldServers.KEYS;
import static dev.larder.memcached.ToldServers.addresses;
import static dev.larder.memcached.ToldServers.found;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.memcached.Peers.Peer;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Servers that are the addresses of a name, and come and go. */
class DiscoveryTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

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
    void addressesOfTheNameAreTheServers() {
        servers.told = List.of(2, 3);
        Peer peer = servers.byName();

        KEYS.forEach(key -> store(peer, key, "v"));

        assertThat(found(peer)).hasSize(KEYS.size());
        assertThat(servers.server(2).items()).isGreaterThan(KEYS.size() / 10L);
        assertThat(servers.server(3).items()).isGreaterThan(KEYS.size() / 10L);
        assertThat(servers.server(1).items()).as("pointer, bus and the like").isLessThan(20);
    }

    @Test
    void serverThatIsToldLaterJoinsWarm() {
        servers.told = List.of(1, 2);
        Peer peer = servers.byName();
        KEYS.forEach(key -> store(peer, key, "v"));

        servers.told = List.of(1, 2, 3);

        await().atMost(PATIENCE).until(() -> {
            assertThat(found(peer)).hasSize(KEYS.size());
            return servers.server(3).items() > KEYS.size() / 10L;
        });
        assertThat(servers.pointer()).endsWith(" w");
    }

    @Test
    void serverThatIsToldNoMoreLeavesWarmAndMayEndSoonAfterwards() {
        servers.told = List.of(1, 2, 3);
        Peer peer = servers.byName();
        KEYS.forEach(key -> store(peer, key, "v"));

        servers.told = List.of(1, 2);

        await().atMost(PATIENCE).until(() -> {
            assertThat(found(peer)).hasSize(KEYS.size());
            return servers.pointer().endsWith(" w");
        });
        servers.server(3).kill();
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            done(peer.cache().invalidate(KEYS));
            return true;
        });
        assertThat(servers.pointer()).endsWith(" -");
        assertThat(found(peer)).isEmpty();
    }

    @Test
    void deadServerThatIsToldNoMoreLeavesColdSoThatItsKeysCanBeChanged() {
        servers.told = List.of(1, 2, 3);
        Peer peer = servers.byName();
        KEYS.forEach(key -> store(peer, key, "v"));
        servers.server(3).kill();

        servers.told = List.of(1, 2);

        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            done(peer.cache().invalidate(KEYS));
            return true;
        });
        KEYS.forEach(key -> store(peer, key, "new"));
        assertThat(found(peer)).hasSize(KEYS.size());
    }

    @Test
    void nameThatDoesNotResolveLeavesTheAnchorsUntilItDoes() {
        Peer peer = servers.byName();
        KEYS.forEach(key -> store(peer, key, "v"));
        assertThat(servers.server(1).items()).isGreaterThanOrEqualTo(KEYS.size());

        servers.told = List.of(1, 2);
        await().atMost(PATIENCE).until(() -> {
            assertThat(found(peer)).hasSize(KEYS.size());
            return servers.server(2).items() > KEYS.size() / 10L;
        });

        servers.told = List.of();
        store(peer, "another", "v");
        assertThat(found(peer)).hasSize(KEYS.size());
    }

    @Test
    void processesThatSeeDifferentListsReadNothingOld() {
        servers.told = List.of(1, 2);
        Peer one = servers.byName();
        KEYS.forEach(key -> store(one, key, "old"));
        Peer two = servers.peers.peer(servers.peers.tier(servers.nameUri(), host -> addresses(List.of(1, 3))));
        assertThat(found(two)).hasSize(KEYS.size());

        done(two.cache().invalidate(KEYS));

        assertThat(found(one)).isEmpty();
        KEYS.forEach(key -> store(one, key, "new"));
        KEYS.forEach(key -> assertThat(read(two, key)).isEqualTo("new"));
    }

    @Test
    void resolverThatHangsIsNotWaitedForLong() {
        CountDownLatch hung = new CountDownLatch(1);
        Peer peer = servers.peers.peer(servers.peers.tier(servers.nameUri(), host -> {
            awaited(hung);
            return addresses(List.of(2));
        }));

        store(peer, "k", "v");
        assertThat(read(peer, "k")).isEqualTo("v");

        hung.countDown();
        await().atMost(PATIENCE).until(() -> {
            read(peer, "k");
            return servers.pointer().endsWith(" w");
        });
        assertThat(read(peer, "k")).isEqualTo("v");
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
