package dev.larder.redis;

import static dev.larder.redis.Peers.done;
import static dev.larder.redis.Peers.failure;
import static dev.larder.redis.Peers.read;
import static dev.larder.redis.Peers.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.larder.failure.TierException;
import dev.larder.redis.Peers.Peer;
import dev.larder.testkit.FaultProxy;
import dev.larder.time.Ticker;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Connections and servers that fail while Redis tells a near tier of changes: what was not told is a gap or unproven. */
class RedisTrackingTroubleTest {
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
    void connectionThatWasKilledIsAGapAndThenProofsComeAgain() {
        store(peer, "k", "v");
        long killed = Ticker.system().nanos();

        server.cli("CLIENT", "KILL", "TYPE", "normal");

        await().atMost(PATIENCE).until(() -> peer.heard().contains("gap"));
        awaitProofAfter(peer, killed);
        assertThat(read(peer, "k")).isEqualTo("v");
        server.cli("DEL", nameOf("k"));
        assertThat(heardUpToNow(peer)).endsWith("key k");
    }

    @Test
    void changeWhileTheWatchIsAwayIsCoveredByTheGap() {
        try (FaultProxy proxy = FaultProxy.to(server.port(), "HELLO")) {
            Peer far = peers.peer(uri(proxy.port()), "things");
            store(far, "k", "v");
            heardUpToNow(far);
            far.heard().clear();

            proxy.refuse(true);
            proxy.busLine().cut();
            server.cli("DEL", nameOf("k"));
            long deleted = Ticker.system().nanos();
            proxy.refuse(false);

            awaitProofAfter(far, deleted);
            assertThat(far.heard()).containsExactly("gap");
        }
    }

    @Test
    void messageHeldInTheNetworkHoldsBackTheProofToo() {
        try (FaultProxy proxy = FaultProxy.to(server.port(), "HELLO")) {
            Peer far = peers.peer(uri(proxy.port()), "things");
            store(far, "k", "v");
            heardUpToNow(far);
            far.heard().clear();

            proxy.busLine().holdReplies();
            server.cli("DEL", nameOf("k"));
            long deleted = Ticker.system().nanos();
            await().atMost(PATIENCE).until(() -> Ticker.system().nanos() - deleted > Peers.SILENCE.toNanos());
            assertThat(far.cache().lastProofNanos()).isLessThanOrEqualTo(deleted);
            assertThat(far.heard()).isEmpty();

            proxy.busLine().release();
            awaitProofAfter(far, deleted);
            assertThat(far.heard()).containsExactly("key k");
        }
    }

    @Test
    void noStepIsTakenInAGenerationThatIsNotWatchedYet() {
        try (FaultProxy proxy = FaultProxy.to(server.port(), "HELLO")) {
            Peer far = peers.peer(uri(proxy.port()), "things");
            store(far, "k", "v");
            heardUpToNow(far);

            proxy.busLine().holdReplies();
            done(peers.peer(server.port()).cache().clear());
            var found = far.cache().get("k").toCompletableFuture();
            await().during(Duration.ofMillis(300)).atMost(PATIENCE).until(() -> !found.isDone());
            proxy.busLine().release();

            assertThat(Peers.text(done(found))).isNull();
        }
    }

    @Test
    void connectionThatAnswersNothingIsGivenUp() {
        try (FaultProxy proxy = FaultProxy.to(server.port(), "HELLO")) {
            Peer far = peers.peer(uri(proxy.port()), "things");
            store(far, "k", "v");
            heardUpToNow(far);
            far.heard().clear();

            proxy.busLine().swallow();
            server.cli("DEL", nameOf("k"));
            long deleted = Ticker.system().nanos();

            awaitProofAfter(far, deleted);
            assertThat(far.heard()).containsExactly("gap");
        }
    }

    @Test
    void connectionThatTheServerDropsForItsFullBufferIsAGap() {
        try (RedisServer strict = RedisServer.start("--client-output-buffer-limit", "normal 1mb 0 0");
                FaultProxy proxy = FaultProxy.to(strict.port(), "HELLO")) {
            Peer far = peers.peer(uri(proxy.port()), "things");
            store(far, "k", "v");
            String values = strict.cli("KEYS", "*:v:k").replaceAll("k$", "");
            heardUpToNow(far);
            far.heard().clear();

            proxy.busLine().holdReplies();
            String watched = "name=larder";
            long before = lines(strict, watched);
            await().atMost(PATIENCE).until(() -> {
                strict.cli(
                        "EVAL",
                        "for i=1,20000 do redis.call('SET',ARGV[1]..i,'x','PX',60000) end return 1",
                        "0",
                        values);
                return lines(strict, watched) < before;
            });
            long dropped = Ticker.system().nanos();
            proxy.busLine().release();

            awaitProofAfter(far, dropped);
            assertThat(far.heard()).contains("gap");
        }
    }

    private static long lines(RedisServer of, String text) {
        return of.cli("CLIENT", "LIST")
                .lines()
                .filter(line -> line.contains(text))
                .count();
    }

    @Test
    void serverThatWasRestartedIsAGapAndIsWatchedAgain() {
        try (RedisServer own = RedisServer.start()) {
            Peer there = peers.peer(uri(own.port()), "things");
            store(there, "k", "v");
            heardUpToNow(there);
            there.heard().clear();

            own.kill();
            own.startAgain();

            await().atMost(PATIENCE).until(() -> there.heard().contains("gap"));
            await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> store(there, "k", "v"));
            heardUpToNow(there);
            there.heard().clear();
            delete(own, "k");
            assertThat(heardUpToNow(there)).contains("key k");
        }
    }

    @Test
    void serverThatFollowsAnotherNowProvesNothing() {
        try (RedisServer demoted = RedisServer.start()) {
            Peer there = peers.peer(uri(demoted.port()), "things");
            heardUpToNow(there);

            demoted.cli("REPLICAOF", "127.0.0.1", Integer.toString(server.port()));
            long told = Ticker.system().nanos();
            await().atMost(PATIENCE).until(() -> Ticker.system().nanos() - told > 3 * Peers.SILENCE.toNanos());
            assertThat(there.cache().lastProofNanos()).isLessThanOrEqualTo(told + Peers.SILENCE.toNanos());

            demoted.cli("REPLICAOF", "NO", "ONE");
            awaitProofAfter(there, Ticker.system().nanos());
        }
    }

    @Test
    void masterThatTakesNoChangesForNowIsBelieved() {
        try (RedisServer alone = RedisServer.start()) {
            Peer there = peers.peer(uri(alone.port()), "things");
            heardUpToNow(there);

            alone.cli("CONFIG", "SET", "min-replicas-to-write", "1");

            await().atMost(PATIENCE).until(() -> alone.cli("SET", "x", "y").startsWith("NOREPLICAS"));
            long refused = Ticker.system().nanos();
            await().atMost(PATIENCE).until(() -> Ticker.system().nanos() - refused > Peers.SILENCE.toNanos());
            alone.cli("CONFIG", "SET", "min-replicas-to-write", "0");
            awaitProofAfter(there, refused);
            assertThat(there.heard()).doesNotContain("gap");
        }
    }

    @Test
    void serverThatCannotSpeakResp3OrTrackIsRefusedByName() {
        for (String command : List.of("HELLO", "CLIENT")) {
            try (RedisServer old = RedisServer.start("--rename-command", command, "")) {
                assertThatThrownBy(() -> peers.peer(uri(old.port()), "things"))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("near=tracking")
                        .hasMessageContaining("Redis 6")
                        .hasMessageContaining(command);
                if (command.equals("HELLO")) {
                    assertThat(failure(peers.tier(uri(old.port())).ping()))
                            .isInstanceOf(TierException.class)
                            .hasMessageContaining("near=tracking");
                }
            }
        }
    }
}
