package dev.larder.redis;

import static dev.larder.redis.Peers.done;
import static dev.larder.redis.Peers.lease;
import static dev.larder.redis.Peers.read;
import static dev.larder.redis.Peers.store;
import static dev.larder.redis.Peers.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.redis.Peers.Peer;
import dev.larder.tier.FarRebuild;
import dev.larder.time.Ticker;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A near tier that Redis itself tells of changes, whoever makes them. */
class RedisTrackingTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static RedisServer server;

    private Peers peers;
    private Peer peer;

    @BeforeAll
    static void startServer() {
        server = RedisServer.start();
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void open() {
        server.cli("FLUSHALL");
        peers = new Peers();
        peer = peers.peer(uri(server.port()), "things");
        awaitProofAfter(peer, Ticker.system().nanos());
        peer.heard().clear();
    }

    @AfterEach
    void close() {
        peers.close();
    }

    private static String uri(int port) {
        return "redis://127.0.0.1:" + port + "?near=tracking";
    }

    private static void awaitProofAfter(Peer of, long nanos) {
        await().atMost(PATIENCE).until(() -> of.cache().lastProofNanos() > nanos);
    }

    /** What the peer has heard when it is proven that all that was changed up to now has been. */
    private static List<String> heardUpToNow(Peer of) {
        awaitProofAfter(of, Ticker.system().nanos());
        return List.copyOf(of.heard());
    }

    private static String nameOf(String key) {
        return server.cli("KEYS", "{test:things}:*:v:" + key);
    }

    /** Deletes the values of a key in all generations, as anybody may. */
    private static void delete(RedisServer of, String key) {
        of.cli("EVAL", "return redis.call('DEL',unpack(redis.call('KEYS',ARGV[1])))", "0", "*:v:" + key);
    }

    @Test
    void keyThatSomebodyDeletedIsHeardOf() {
        store(peer, "k", "v");
        assertThat(heardUpToNow(peer)).isEmpty();

        server.cli("DEL", nameOf("k"));

        assertThat(heardUpToNow(peer)).containsExactly("key k");
    }

    @Test
    void keyThatExpiredOrWasOverwrittenIsHeardOf() {
        store(peer, "expired", "v");
        store(peer, "overwritten", "v");

        server.cli("SET", nameOf("overwritten"), "x");
        server.cli("PEXPIRE", nameOf("expired"), "1");

        await().atMost(PATIENCE).until(() -> peer.heard().contains("key expired"));
        assertThat(peer.heard()).contains("key overwritten");
    }

    @Test
    void keyThatWasEvictedIsHeardOf() {
        try (RedisServer small = RedisServer.start("--maxmemory-policy", "allkeys-random")) {
            Peer full = peers.peer(uri(small.port()), "things");
            IntStream.range(0, 100).forEach(i -> store(full, "k" + i, "v"));
            heardUpToNow(full);
            full.heard().clear();

            small.cli("CONFIG", "SET", "maxmemory", "1kb");

            await().atMost(PATIENCE).until(() -> {
                small.cli("SET", "other", "x");
                return full.heard().stream().anyMatch(message -> message.startsWith("key k"));
            });
        }
    }

    @Test
    void whatOtherProcessesInvalidateIsHeardOfThoughTheyPublishNothing() {
        Peer other = peers.peer(server.port());
        store(peer, "k", "v");

        done(other.cache().invalidate(List.of("k")));

        assertThat(heardUpToNow(peer)).contains("key k");
    }

    @Test
    void leasesAndRowsOfARebuildAreNotHeardOf() {
        Peer other = peers.peer(server.port());
        store(other, "k", "v");
        heardUpToNow(peer);
        peer.heard().clear();

        lease(other, "other", Peers.LONG_MILLIS);
        FarRebuild rebuild = done(other.cache().rebuild());
        done(rebuild.write(Map.of("k", value("new"), "l", value("new"))));
        assertThat(heardUpToNow(peer)).isEmpty();
        done(rebuild.commit());

        assertThat(heardUpToNow(peer)).containsOnly("cleared");
    }

    @Test
    void storingAgainIsHeardOfByOthersButNotByWhoStored() {
        Peer other = peers.peer(uri(server.port()), "things");
        assertThat(read(other, "k")).isNull();

        store(peer, "k", "v");

        assertThat(heardUpToNow(other)).containsExactly("key k");
        assertThat(heardUpToNow(peer)).isEmpty();
    }

    @Test
    void valueThatIsRemovedRightAfterItWasStoredIsHeardOf() {
        Peer other = peers.peer(server.port());
        Map<String, Boolean> stored = new HashMap<>();
        for (int i = 0; i < 200; i++) {
            String key = "k" + i;
            var fill = peer.cache().fill(key, lease(peer, key, Peers.LONG_MILLIS), value("v"));
            done(other.cache().invalidate(List.of(key)));
            stored.put(key, done(fill));
        }

        List<String> heard = heardUpToNow(peer);

        stored.forEach((key, isStored) ->
                assertThat(heard.contains("key " + key)).as(key).isEqualTo(isStored));
        assertThat(stored).containsValue(true);
    }

    @Test
    void generationThatSomebodyReplacedEmptiesTheNearTierAndTheNextOneIsWatched() {
        store(peer, "k", "v");

        server.cli("DEL", "{test:things}:gen");
        assertThat(heardUpToNow(peer)).containsOnly("cleared");
        store(peer, "k", "new");
        heardUpToNow(peer);
        peer.heard().clear();
        done(peers.peer(server.port()).cache().clear());
        store(peer, "k", "newer");
        heardUpToNow(peer);
        peer.heard().clear();
        delete(server, "k");

        assertThat(heardUpToNow(peer)).contains("key k");
    }

    @Test
    void flushIsAGapWhicheverDatabaseItWas() {
        store(peer, "k", "v");

        server.cli("-n", "5", "FLUSHDB"); // the stream stays

        assertThat(heardUpToNow(peer)).containsExactly("gap");
    }

    @Test
    void tableOfTrackedKeysIsNotUsedSoThatItsLimitDropsNothing() {
        try (RedisServer tight = RedisServer.start("--tracking-table-max-keys", "1")) {
            Peer own = peers.peer(uri(tight.port()), "things");
            List<String> keys = IntStream.range(0, 100).mapToObj(i -> "k" + i).toList();
            keys.forEach(key -> store(own, key, "v"));
            assertThat(heardUpToNow(own)).isEmpty();

            delete(tight, "*");

            assertThat(heardUpToNow(own))
                    .containsExactlyInAnyOrderElementsOf(
                            keys.stream().map(key -> "key " + key).toList());
        }
    }

    @Test
    void cacheThatWasClosedIsToldNothing() {
        store(peer, "k", "v");
        heardUpToNow(peer);
        Peer second = peers.peer(uri(server.port()), "things");
        peer.cache().close();

        server.cli("DEL", nameOf("k"));

        assertThat(heardUpToNow(second)).containsExactly("key k");
        assertThat(peer.heard()).isEmpty();
    }
}
