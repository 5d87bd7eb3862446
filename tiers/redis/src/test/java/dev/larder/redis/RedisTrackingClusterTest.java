package dev.larder.redis;

import static dev.larder.redis.Peers.done;
import static dev.larder.redis.Peers.read;
import static dev.larder.redis.Peers.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.redis.Peers.Peer;
import dev.larder.time.Ticker;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A near tier that the masters of a real cluster tell of changes: slots move, and masters are replaced. */
class RedisTrackingClusterTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final Peers peers = new Peers();
    private RedisCluster cluster;
    private Peer peer;

    @BeforeEach
    void start() {
        cluster = RedisCluster.startWithReplicas();
        peer = peers.peer(cluster.uri() + "?near=tracking", "things");
        heardUpToNow();
        peer.heard().clear();
    }

    @AfterEach
    void stop() {
        peers.close();
        cluster.close();
    }

    private List<String> heardUpToNow() {
        long now = Ticker.system().nanos();
        await().atMost(PATIENCE).until(() -> peer.cache().lastProofNanos() > now);
        return List.copyOf(peer.heard());
    }

    private static int slotOf(String key) {
        return new Keyspace("test", "things")
                .partitions(ClusterServers.PARTITIONS)
                .get(Keyspace.partitionOf(key, ClusterServers.PARTITIONS))
                .slot();
    }

    /** Deletes the value, as anybody may. */
    private void delete(String key) {
        RedisServer owner = cluster.owner(slotOf(key));
        assertThat(owner.cli("DEL", owner.cli("KEYS", "*:v:" + key))).isEqualTo("1");
    }

    @Test
    void keysOnEveryMasterAreHeardOfAndThoseOfASlotThatMovedAtItsNewOwner() {
        List<String> keys = IntStream.range(0, 40).mapToObj(i -> "k" + i).toList();
        keys.forEach(key -> store(peer, key, "v"));
        keys.forEach(this::delete);
        assertThat(heardUpToNow())
                .containsExactlyInAnyOrderElementsOf(
                        keys.stream().map(key -> "key " + key).toList());
        store(peer, "k", "v");
        heardUpToNow();
        peer.heard().clear();

        int slot = slotOf("k");
        RedisServer from = cluster.owner(slot);
        RedisServer to = cluster.nodes().stream()
                .filter(node -> node != from && RedisCluster.isMaster(node))
                .findFirst()
                .orElseThrow();
        cluster.migrate(slot, from, to);

        // What leaves a server is gone there, and that is told.
        assertThat(heardUpToNow()).contains("key k");
        await().atMost(PATIENCE).until(() -> "v".equals(read(peer, "k")));
        heardUpToNow();
        peer.heard().clear();
        delete("k");
        assertThat(heardUpToNow()).contains("key k");
    }

    @Test
    void masterThatIsReplacedIsAGapAndTheOneInItsPlaceIsWatched() {
        store(peer, "k", "v");
        RedisServer master = cluster.owner(slotOf("k"));
        await().atMost(PATIENCE).until(() -> master.cli("WAIT", "1", "1000").equals("1"));

        master.kill();

        await().atMost(PATIENCE).until(() -> peer.heard().contains("gap"));
        long lost = Ticker.system().nanos();
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(done(peer.cache().get("k"))).isNotNull());
        await().atMost(PATIENCE).until(() -> peer.cache().lastProofNanos() > lost);
        peer.heard().clear();
        delete("k");
        assertThat(heardUpToNow()).contains("key k");
    }
}
