package dev.larder.redis;

import static dev.larder.redis.Peers.done;
import static dev.larder.redis.Peers.failure;
import static dev.larder.redis.Peers.read;
import static dev.larder.redis.Peers.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.Cache;
import dev.larder.Larder;
import dev.larder.failure.TierException;
import dev.larder.redis.Peers.Peer;
import dev.larder.stats.Count;
import dev.larder.testkit.FreePorts;
import dev.larder.time.Ticker;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A master that dies and whose replica three real sentinels put in its place. */
class RedisSentinelTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final Peers peers = new Peers();
    private RedisServer master;
    private RedisServer replica;
    private Sentinels sentinels;
    private String uri;

    @BeforeEach
    void start(@TempDir Path folder) {
        master = RedisServer.start("--repl-diskless-sync-delay", "0");
        replica = RedisServer.start("--replicaof", "127.0.0.1 " + master.port(), "--repl-diskless-sync-delay", "0");
        await().atMost(PATIENCE).until(() -> replica.cli("INFO", "replication").contains("master_link_status:up"));
        sentinels = new Sentinels(master, folder);
        await().atMost(PATIENCE).until(sentinels::areReady);
        uri = "redis-sentinel://" + sentinels.hosts() + "/" + Sentinels.MASTER;
    }

    @AfterEach
    void stop() {
        peers.close();
        sentinels.close();
        replica.close();
        master.close();
    }

    /** What the replica knows is what it was told so far; it hears nothing more, and does not know that. */
    private void letTheReplicaFallBehind() {
        await().atMost(PATIENCE).until(() -> master.cli("WAIT", "1", "1000").equals("1"));
        replica.pause();
    }

    private void failOver() {
        master.kill();
        replica.resume();
    }

    @Test
    void whatTheReplicaHadNotHeardBeforeItsPromotionIsSentAgain() {
        Peer peer = peers.peer(uri, "things");
        Peer cleared = peers.peer(uri, "cleared");
        List.of("removed", "kept").forEach(key -> store(peer, key, "old"));
        store(cleared, "k", "old");
        letTheReplicaFallBehind();
        done(peer.cache().invalidate(List.of("removed")));
        done(cleared.cache().clear());

        failOver();

        await().atMost(PATIENCE).ignoreExceptions().until(() -> "old".equals(read(peer, "kept")));
        assertThat(read(peer, "removed")).isNull();
        await().atMost(PATIENCE).ignoreExceptions().until(() -> read(cleared, "k") == null);
    }

    @Test
    void readsGoOnThroughTheFailoverAndNearTiersAreProvenAgain() {
        AtomicLong origin = new AtomicLong();
        try (Larder one = larder();
                Larder two = larder()) {
            Cache<String, Long> reader = cache(one, origin);
            Cache<String, Long> writer = cache(two, origin);
            awaitNearHit(reader, 0);
            letTheReplicaFallBehind();
            origin.set(1);
            writer.remove("k");
            assertThat(reader.get("other")).isEqualTo(1);

            failOver();

            await().atMost(PATIENCE).until(() -> {
                reader.get("k");
                return replica.cli("INFO", "replication").contains("role:master");
            });
            awaitNearHit(reader, 1);
            origin.set(2);
            writer.remove("k");
            await().atMost(PATIENCE).until(() -> Long.valueOf(2).equals(reader.get("k")));
            awaitNearHit(reader, 2);
        }
    }

    @Test
    void replicaThatTookThePlaceIsWatchedAfterAGap() {
        Peer peer = peers.peer(uri + "?near=tracking", "things");
        store(peer, "k", "v");
        await().atMost(PATIENCE).until(() -> peer.cache().lastProofNanos() >= 0);
        await().atMost(PATIENCE).until(() -> master.cli("WAIT", "1", "1000").equals("1"));

        master.kill();

        await().atMost(PATIENCE).ignoreExceptions().until(() -> "v".equals(read(peer, "k")));
        long replaced = Ticker.system().nanos();
        await().atMost(PATIENCE).until(() -> peer.cache().lastProofNanos() > replaced);
        assertThat(peer.heard()).contains("gap");
        replica.cli("DEL", replica.cli("KEYS", "*:v:k"));
        await().atMost(PATIENCE).until(() -> peer.heard().contains("key k"));
    }

    @Test
    void masterThatComesBackAsAReplicaIsNotUsed() {
        Peer peer = peers.peer(uri, "things");
        store(peer, "k", "v");
        await().atMost(PATIENCE).until(() -> master.cli("WAIT", "1", "1000").equals("1"));
        master.kill();
        await().atMost(PATIENCE).ignoreExceptions().until(() -> "v".equals(read(peer, "k")));

        master.startAgain();
        await().atMost(PATIENCE).until(() -> master.cli("INFO", "replication").contains("role:slave"));

        store(peer, "k2", "v");
        assertThat(replica.cli("KEYS", "*k2*")).contains("k2");
    }

    @Test
    void masterThatIsDemotedWhileItRunsIsLeft() {
        Peer peer = peers.peer(uri, "things");
        store(peer, "k", "v");

        sentinels.servers().get(0).cli("SENTINEL", "FAILOVER", Sentinels.MASTER);

        await().atMost(PATIENCE).until(() -> master.cli("INFO", "replication").contains("role:slave"));
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            done(peer.cache().invalidate(List.of("k")));
            return true;
        });
        await().atMost(PATIENCE).until(() -> replica.cli("CLIENT", "LIST").contains("name=larder"));
        assertThat(read(peer, "k")).isNull();
    }

    @Test
    void sentinelsThatAreAwayOrDoNotKnowTheMasterAreToldApart() {
        assertThat(failure(peers.tier("redis-sentinel://" + sentinels.hosts() + "/nobody")
                        .ping()))
                .isInstanceOf(TierException.class)
                .hasMessageContaining("nobody")
                .hasMessageContaining("sentinel");
        assertThat(failure(peers.tier("redis-sentinel://127.0.0.1:" + FreePorts.next() + "/main")
                        .ping()))
                .isInstanceOf(TierException.class)
                .hasMessageContaining("cannot be reached");
        done(peers.tier("redis-sentinel://127.0.0.1:" + FreePorts.next() + "," + sentinels.hosts() + "/main")
                .ping());
    }

    @Test
    void sentinelsMayAskForAPasswordOfTheirOwn() {
        sentinels.servers().forEach(sentinel -> sentinel.cli("ACL", "SETUSER", "default", "resetpass", ">sesame"));

        done(peers.tier(uri + "?sentinel-password=sesame").ping());
        assertThat(failure(peers.tier(uri + "?sentinel-password=hunter2").ping()))
                .isInstanceOf(TierException.class)
                .hasMessageContaining("password")
                .hasMessageNotContaining("hunter2");
    }

    private Larder larder() {
        return Larder.builder()
                .tiers("memory:1MiB", uri)
                .namespace("test")
                .maxSilence(Duration.ofSeconds(1))
                .open();
    }

    private static Cache<String, Long> cache(Larder larder, AtomicLong origin) {
        return larder.cache("things", String.class, Long.class)
                .timeToLive(Duration.ofHours(1))
                .loader(key -> origin.get())
                .build();
    }

    private static void awaitNearHit(Cache<String, Long> cache, long value) {
        await().atMost(PATIENCE).until(() -> {
            long before = cache.stats().of(Count.NEAR_HITS);
            return Long.valueOf(value).equals(cache.get("k")) && cache.stats().of(Count.NEAR_HITS) > before;
        });
    }
}
