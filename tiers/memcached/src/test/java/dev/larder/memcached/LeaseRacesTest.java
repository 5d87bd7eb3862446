package dev.larder.memcached;

import static dev.larder.memcached.Peers.LONG_MILLIS;
import static dev.larder.memcached.Peers.done;
import static dev.larder.memcached.Peers.failure;
import static dev.larder.memcached.Peers.lease;
import static dev.larder.memcached.Peers.read;
import static dev.larder.memcached.Peers.store;
import static dev.larder.memcached.Peers.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.failure.TierException;
import dev.larder.memcached.Peers.Peer;
import dev.larder.tier.Acquired;
import dev.larder.tier.FarRebuild;
import dev.larder.tier.FarTier;
import dev.larder.tier.LeaseRequest;
import dev.larder.tier.Tokens;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What Memcached's own traps would do to leases, on a real server. */
class LeaseRacesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private MemcachedServer server;
    private Peers peers;

    @BeforeEach
    void start() {
        server = MemcachedServer.start();
        peers = new Peers();
    }

    @AfterEach
    void stop() {
        peers.close();
        server.close();
    }

    @Test
    void scenario5CasNumberGivenOutAgainAfterARestartStoresNothing() {
        Peer slow = peers.peer(server.port());
        String old = lease(slow, "k", LONG_MILLIS);

        server.kill();
        server.startAgain();
        Peer other = peers.peer(server.port());
        for (int i = 0; i < 200; i++) { // past every number that the old server had given out
            lease(other, "k" + i, LONG_MILLIS);
        }
        done(other.cache().invalidate(List.of("k")));
        lease(other, "k", LONG_MILLIS);

        await().atMost(PATIENCE).untilAsserted(() -> done(slow.cache().get("k")));
        assertThat(done(slow.cache().fill("k", old, value("old")))).isFalse();
        assertThat(read(other, "k")).isNull();
    }

    @Test
    void readsOfAStaleValueTakeNobodysRightToLoad() {
        Peer one = peers.peer(server.port());
        Peer two = peers.peer(server.port());
        store(one, "k", "v");
        done(one.cache().expire("k", LONG_MILLIS));

        for (int i = 0; i < 5; i++) {
            assertThat(read(one, "k")).isEqualTo("v");
            assertThat(done(one.cache().getAll(List.of("k")))).containsKey("k");
        }

        assertThat(acquire(two, "k")).isInstanceOf(Acquired.Won.class);
        assertThat(acquire(one, "k")).isInstanceOf(Acquired.Lost.class);
    }

    @Test
    void deadHolderOfAStaleValueBlocksNobodyPastItsLease() {
        Peer dead = peers.peer(server.port());
        Peer live = peers.peer(server.port());
        store(dead, "k", "v");
        done(dead.cache().expire("k", LONG_MILLIS));
        done(dead.cache().acquire("k", new LeaseRequest(Tokens.next(), 500, 0)));

        dead.tier().close();

        await().atMost(PATIENCE).until(() -> acquire(live, "k") instanceof Acquired.Won);
    }

    @Test
    void loadCannotStoreWithTheFenceOfAWriteThatTookItsLease() {
        Peer reader = peers.peer(server.port());
        Peer writer = peers.peer(server.port());
        String load = lease(reader, "k", LONG_MILLIS);

        done(writer.cache().beginWrite("k", "write", LONG_MILLIS));

        assertThat(done(reader.cache().fill("k", load, value("old")))).isFalse();
        assertThat(done(writer.cache().commitWrite("k", "write", value("new")))).isTrue();
        assertThat(read(reader, "k")).isEqualTo("new");
    }

    @Test
    void pointerThatIsLostVoidsEverythingAndIsMadeAnew() {
        Peer one = peers.peer(server.port());
        Peer two = peers.peer(server.port());
        store(one, "k", "v");
        String load = lease(one, "l", LONG_MILLIS);

        assertThat(server.ask("md test:things:gen\r\n", "HD")).isNotEmpty();

        assertThat(done(one.cache().fill("l", load, value("old")))).isFalse();
        assertThat(read(one, "k")).isNull();
        assertThat(read(two, "k")).isNull();
        store(two, "k", "new");
        assertThat(read(one, "k")).isEqualTo("new");
    }

    @Test
    void valueLargerThanAnItemFailsTheFillAndNothingElse() {
        Peer peer = splittingNothing();
        String token = lease(peer, "k", LONG_MILLIS);

        assertThat(failure(peer.cache().fill("k", token, value("x".repeat(2 << 20)))))
                .isInstanceOf(TierException.class)
                .hasMessageContaining("too large");

        assertThat(read(peer, "k")).isNull();
        assertThat(acquire(peer, "k")).isInstanceOf(Acquired.Won.class);
        store(peer, "small", "v");
        assertThat(read(peer, "small")).isEqualTo("v");
    }

    @Test
    void rowLargerThanAnItemIsLeftOutOfARebuild() {
        Peer peer = splittingNothing();
        FarRebuild rebuild = done(peer.cache().rebuild());

        assertThat(done(rebuild.write(Map.of("large", value("x".repeat(2 << 20)), "small", value("v")))))
                .isOne();

        assertThat(done(rebuild.commit())).isTrue();
        assertThat(read(peer, "small")).isEqualTo("v");
        assertThat(read(peer, "large")).isNull();
    }

    @Test
    void rebuildWhoseTokenIsLostIsOvertakenAndDoesNotSwitch() {
        Peer stalled = peers.peer(server.port());
        Peer next = peers.peer(server.port());
        FarRebuild first = done(stalled.cache().rebuild());
        done(first.write(Map.of("k", value("first"))));

        server.ask("md test:things:rb\r\n", "HD");
        FarRebuild second = done(next.cache().rebuild());
        done(second.write(Map.of("k", value("second"))));

        assertThat(done(first.commit())).isFalse();
        assertThat(done(second.commit())).isTrue();
        assertThat(read(stalled, "k")).isEqualTo("second");
    }

    @Test
    void generationOfARebuildThatDiedIsForgotten() {
        Peer dead = peers.peer(server.port());
        Peer live = peers.peer(server.port());
        FarRebuild rebuild = done(dead.cache().rebuild());
        store(live, "k", "v");
        done(live.cache().invalidate(List.of("other")));
        assertThat(pointer()).doesNotContain(" - ");

        server.ask("md test:things:rb\r\n", "HD");
        Peer newcomer = peers.peer(server.port()); // has not looked yet
        done(newcomer.cache().invalidate(List.of("other")));

        await().atMost(PATIENCE).until(() -> pointer().contains(" - "));
        assertThat(done(rebuild.commit())).isFalse();
        assertThat(read(live, "k")).isEqualTo("v");
    }

    private Peer splittingNothing() {
        FarTier tier = peers.tier(server.uri() + "?split-up-to=0");
        List<String> heard = new CopyOnWriteArrayList<>();
        return new Peer(tier, peers.cache(tier, "things", heard), heard);
    }

    private String pointer() {
        return server.ask("mg test:things:gen v\r\nmn\r\n", "MN");
    }

    private static Acquired acquire(Peer peer, String key) {
        return done(peer.cache().acquire(key, new LeaseRequest(Tokens.next(), LONG_MILLIS, 0)));
    }
}
