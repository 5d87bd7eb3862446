package dev.larder.redis;

import static dev.larder.redis.Peers.done;
import static dev.larder.redis.Peers.read;
import static dev.larder.redis.Peers.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.redis.Peers.Peer;
import io.lettuce.core.cluster.SlotHash;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A master of a real cluster that dies, and the replica that takes its place. */
class RedisClusterFailoverTest {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private final Peers peers = new Peers();
    private RedisCluster cluster;

    @BeforeEach
    void start() {
        cluster = RedisCluster.startWithReplicas();
    }

    @AfterEach
    void stop() {
        peers.close();
        cluster.close();
    }

    private RedisServer replicaOf(RedisServer master) {
        return cluster.nodes().stream()
                .filter(node -> node.cli("ROLE").startsWith("slave\n127.0.0.1\n" + master.port() + "\n"))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatTheReplicaHadNotHeardBeforeItsPromotionIsSentAgain() {
        int partition = Keyspace.partitionOf("k", ClusterServers.PARTITIONS);
        RedisServer master = cluster.owner(SlotHash.getSlot("{test:things:" + partition + "}"));
        RedisServer replica = replicaOf(master);
        Peer writer = peers.peer(cluster.uri(), "things");
        Peer reader = peers.peer(cluster.uri(), "things");
        store(writer, "k", "old");
        assertThat(read(reader, "k")).isEqualTo("old");
        await().atMost(PATIENCE).until(() -> master.cli("WAIT", "1", "1000").equals("1"));
        replica.pause();
        done(writer.cache().invalidate(List.of("k")));

        master.kill();
        replica.resume();

        await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> store(writer, "k", "new"));
        assertThat(RedisCluster.isMaster(replica)).isTrue();
        await().atMost(PATIENCE)
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(read(reader, "k")).isEqualTo("new"));
    }

    @Test
    void busFollowsTheReplicaThatWasPromoted() {
        RedisServer master = cluster.owner(SlotHash.getSlot("test:bp"));
        Peer writer = peers.peer(cluster.uri(), "things");
        Peer reader = peers.peer(cluster.uri(), "things");
        await().atMost(PATIENCE).until(() -> reader.cache().lastProofNanos() >= 0);
        done(writer.cache().publishInvalidated(List.of("k1")));
        await().atMost(PATIENCE).until(() -> reader.heard().contains("key k1"));
        long before = reader.cache().lastProofNanos();

        master.kill();

        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            done(writer.cache().publishInvalidated(List.of("k2")));
            return reader.heard().contains("key k2");
        });
        assertThat(reader.heard()).contains("gap");
        await().atMost(PATIENCE).until(() -> reader.cache().lastProofNanos() > before);
    }
}
