package dev.larder.redis;

import static dev.larder.redis.Peers.done;
import static dev.larder.redis.Peers.failure;
import static dev.larder.redis.Peers.lease;
import static dev.larder.redis.Peers.read;
import static dev.larder.redis.Peers.store;
import static dev.larder.redis.Peers.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.failure.TierException;
import dev.larder.redis.Peers.Peer;
import dev.larder.tier.Acquired;
import dev.larder.tier.FarRebuild;
import dev.larder.tier.FarValue;
import dev.larder.tier.LeaseRequest;
import dev.larder.tier.Tokens;
import io.lettuce.core.cluster.SlotHash;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real cluster of three masters: how a cache lies in it, and what slots that move do to it. */
class RedisClusterTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static RedisCluster cluster;

    private Peers peers;
    private Peer peer;

    @BeforeAll
    static void startCluster() {
        cluster = RedisCluster.start();
    }

    @AfterAll
    static void stopCluster() {
        cluster.close();
    }

    @BeforeEach
    void open() {
        cluster.nodes().forEach(node -> node.cli("FLUSHALL"));
        peers = new Peers();
        peer = peers.peer(cluster.uri(), "things");
    }

    @AfterEach
    void close() {
        peers.close();
    }

    private static int slotOf(String key) {
        Keyspace whole = new Keyspace("test", "things");
        return whole.partitions(ClusterServers.PARTITIONS)
                .get(Keyspace.partitionOf(key, ClusterServers.PARTITIONS))
                .slot();
    }

    private static List<String> keys(int count) {
        return IntStream.range(0, count).mapToObj(i -> "k" + i).toList();
    }

    /** Moves a slot away from its master; the result undoes it. */
    private static Runnable migrated(int slot) {
        RedisServer from = cluster.owner(slot);
        RedisServer to = cluster.nodes().stream()
                .filter(node -> node != from)
                .findFirst()
                .orElseThrow();
        cluster.migrate(slot, from, to);
        return () -> cluster.migrate(slot, to, from);
    }

    @Test
    void cacheIsSpreadOverAllMastersAndReadTogether() {
        Map<String, FarValue> expected = new HashMap<>();
        for (String key : keys(200)) {
            store(peer, key, key);
            expected.put(key, value(key));
        }

        Map<String, FarValue> found =
                done(peers.peer(cluster.uri(), "things").cache().getAll(keys(300)));

        assertThat(found.keySet()).isEqualTo(expected.keySet());
        found.forEach((key, value) -> assertThat(Peers.text(value)).isEqualTo(key));
        assertThat(cluster.nodes())
                .allSatisfy(node -> assertThat(node.cli("KEYS", "*:v:*")).isNotEmpty());
    }

    @Test
    void invalidationsAndClearsReachEveryPartition() {
        Peer other = peers.peer(cluster.uri(), "things");
        keys(200).forEach(key -> store(peer, key, "old"));

        done(peer.cache().invalidate(keys(100)));
        assertThat(done(other.cache().getAll(keys(200)))).hasSize(100).doesNotContainKeys("k0", "k99");
        done(peer.cache().clear());

        assertThat(done(other.cache().getAll(keys(200)))).isEmpty();
        await().atMost(PATIENCE)
                .until(() -> cluster.nodes().stream()
                        .allMatch(node -> node.cli("KEYS", "*:v:*").isEmpty()));
        await().atMost(PATIENCE)
                .until(() -> cluster.nodes().stream()
                        .allMatch(node -> node.cli("KEYS", "*:old").isEmpty()));
    }

    @Test
    void rebuildSwitchesEveryPartitionAndOneThatWasOvertakenNone() {
        keys(200).forEach(key -> store(peer, key, "old"));
        Map<String, FarValue> rows = new HashMap<>();
        keys(200).forEach(key -> rows.put(key, value("new")));
        FarRebuild rebuild = done(peer.cache().rebuild());
        assertThat(done(rebuild.write(rows))).isZero();
        done(peer.cache().invalidate(List.of("k3")));
        assertThat(read(peer, "k1")).isEqualTo("old");

        assertThat(done(rebuild.commit())).isTrue();

        Map<String, FarValue> found = done(peer.cache().getAll(keys(200)));
        assertThat(found).hasSize(199).doesNotContainKey("k3");
        assertThat(found.values())
                .allSatisfy(value -> assertThat(Peers.text(value)).isEqualTo("new"));

        FarRebuild lost = done(peer.cache().rebuild());
        done(lost.write(Map.of("k1", value("lost"), "k2", value("lost"))));
        int slot = slotOf("k1");
        String tag = "{test:things:" + Keyspace.partitionOf("k1", ClusterServers.PARTITIONS) + "}";
        cluster.owner(slot).cli("DEL", tag + ":rb");
        assertThat(done(lost.commit())).isFalse();
        assertThat(read(peer, "k2")).isEqualTo("new");
    }

    @Test
    void scenario18SlotThatMovedKeepsItsEntriesAndItsLeases() {
        Peer other = peers.peer(cluster.uri(), "things");
        int slot = slotOf("k");
        String late = keys(1_000).stream()
                .filter(key -> slotOf(key) == slot)
                .findFirst()
                .orElseThrow();
        store(peer, "k", "old");
        assertThat(read(other, "k")).isEqualTo("old");
        String token = lease(peer, late, Peers.LONG_MILLIS);

        Runnable back = migrated(slot);

        assertThat(read(other, "k")).isEqualTo("old");
        assertThat(done(peer.cache().fill(late, token, value("v")))).isTrue();
        done(peer.cache().invalidate(List.of("k")));
        assertThat(read(other, "k")).isNull();
        back.run();
        assertThat(read(other, "k")).isNull();
        assertThat(read(other, late)).isEqualTo("v");
    }

    @Test
    void scenario18NothingOlderThanAnInvalidationIsReadWhileSlotsMove() throws Exception {
        Peer other = peers.peer(cluster.uri(), "things");
        AtomicLong origin = new AtomicLong();
        AtomicLong acknowledged = new AtomicLong();
        AtomicBoolean over = new AtomicBoolean();
        CompletableFuture<Integer> writer = CompletableFuture.supplyAsync(() -> {
            int written = 0;
            while (!over.get()) {
                long version = origin.incrementAndGet();
                if (succeeded(peer.cache().invalidate(List.of("k"))) != null) {
                    acknowledged.set(version);
                    written++;
                }
            }
            return written;
        });
        CompletableFuture<Integer> reader = CompletableFuture.supplyAsync(() -> {
            int hits = 0;
            while (!over.get()) {
                long least = acknowledged.get();
                String token = Tokens.next();
                Object got = succeeded(other.cache().acquire("k", new LeaseRequest(token, 1_000, 0)));
                if (got instanceof Acquired.Hit hit) {
                    assertThat(Long.parseLong(String.valueOf(Peers.text(hit.value()))))
                            .isGreaterThanOrEqualTo(least);
                    hits++;
                } else if (got instanceof Acquired.Won) {
                    succeeded(other.cache().fill("k", token, value(Long.toString(origin.get()))));
                }
            }
            return hits;
        });

        for (int i = 0; i < 6; i++) {
            migrated(slotOf("k")).run();
        }
        over.set(true);

        assertThat(writer.get(30, TimeUnit.SECONDS)).isPositive();
        assertThat(reader.get(30, TimeUnit.SECONDS)).isPositive();
    }

    /** The result of a call, or null where it failed. */
    private static <T> @Nullable Object succeeded(CompletionStage<T> stage) {
        try {
            T result = stage.toCompletableFuture().get(15, TimeUnit.SECONDS);
            return result == null ? "done" : result;
        } catch (ExecutionException refused) {
            return null;
        } catch (TimeoutException | InterruptedException e) {
            throw new AssertionError("a call was not answered", e);
        }
    }

    @Test
    void scenario18InvalidationIsNotAcknowledgedWhileTheSlotIsBetweenTwoNodes() {
        int slot = slotOf("k");
        RedisServer from = cluster.owner(slot);
        RedisServer to = cluster.nodes().stream()
                .filter(node -> node != from)
                .findFirst()
                .orElseThrow();
        store(peer, "k", "old");
        String number = Integer.toString(slot);
        to.cli("CLUSTER", "SETSLOT", number, "IMPORTING", from.cli("CLUSTER", "MYID"));
        from.cli("CLUSTER", "SETSLOT", number, "MIGRATING", to.cli("CLUSTER", "MYID"));

        var invalidated = peer.cache().invalidate(List.of("k")).toCompletableFuture();
        store(peer, "elsewhere", "v");
        assertThat(invalidated).isNotDone();
        cluster.migrate(slot, from, to);

        done(invalidated);
        assertThat(read(peer, "k")).isNull();
        cluster.migrate(slot, to, from);
    }

    @Test
    void slotThatStaysBetweenTwoNodesFailsCallsAfterAWhile() {
        int slot = slotOf("k");
        RedisServer from = cluster.owner(slot);
        RedisServer to = cluster.nodes().stream()
                .filter(node -> node != from)
                .findFirst()
                .orElseThrow();
        store(peer, "k", "old");
        String number = Integer.toString(slot);
        to.cli("CLUSTER", "SETSLOT", number, "IMPORTING", from.cli("CLUSTER", "MYID"));
        from.cli("CLUSTER", "SETSLOT", number, "MIGRATING", to.cli("CLUSTER", "MYID"));

        assertThat(failure(peer.cache().invalidate(List.of("k")))).isInstanceOf(TierException.class);

        from.cli("CLUSTER", "SETSLOT", number, "STABLE");
        to.cli("CLUSTER", "SETSLOT", number, "STABLE");
        assertThat(read(peer, "k")).isEqualTo("old");
    }

    @Test
    void busFollowsItsSlot() {
        Peer other = peers.peer(cluster.uri(), "things");
        await().atMost(PATIENCE).until(() -> other.cache().lastProofNanos() >= 0);

        Runnable back = migrated(SlotHash.getSlot("test:bp"));

        await().atMost(PATIENCE).untilAsserted(() -> {
            done(peer.cache().publishInvalidated(List.of("k")));
            assertThat(other.heard()).contains("key k");
        });
        back.run();
        await().atMost(PATIENCE).untilAsserted(() -> {
            done(peer.cache().publishInvalidated(List.of("k2")));
            assertThat(other.heard()).contains("key k2");
        });
    }

    @Test
    void serversThatAreNoClusterAndNodesTakenForAServerAreNamed() {
        try (RedisServer alone = RedisServer.start()) {
            assertThat(failure(peers.tier(alone.uri().replace("redis:", "redis-cluster:"))
                            .ping()))
                    .isInstanceOf(TierException.class)
                    .hasMessageContaining("cluster support disabled");
        }
        RedisServer owner = cluster.owner(SlotHash.getSlot("{test:things}"));
        RedisServer stranger = cluster.nodes().stream()
                .filter(node -> node != owner)
                .findFirst()
                .orElseThrow();
        assertThat(failure(peers.peer(stranger.port()).cache().get("k")))
                .isInstanceOf(TierException.class)
                .hasMessageContaining("Name it by redis-cluster:");
    }
}
