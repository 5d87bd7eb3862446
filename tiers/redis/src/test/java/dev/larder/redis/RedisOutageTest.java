package dev.larder.redis;

import static dev.larder.redis.Peers.done;
import static dev.larder.redis.Peers.failure;
import static dev.larder.redis.Peers.lease;
import static dev.larder.redis.Peers.read;
import static dev.larder.redis.Peers.store;
import static dev.larder.redis.Peers.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.larder.failure.TierException;
import dev.larder.redis.Peers.Peer;
import dev.larder.testkit.FakeTicker;
import dev.larder.testkit.FaultProxy;
import dev.larder.testkit.ManualScheduler;
import dev.larder.tier.FarTier;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Servers that are away, hang, restart, or are none. */
class RedisOutageTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private RedisServer server;
    private Peers peers;

    /** Connections to servers of the test's own; one that nobody holds would be closed. */
    private final List<Socket> answered = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() {
        server = RedisServer.start();
        peers = new Peers();
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket client : answered) {
            client.close();
        }
        peers.close();
        server.close();
    }

    @Test
    void openingDoesNotFailWhileTheServerIsAwayAndItIsUsedWhenItComes() {
        server.kill();

        Peer peer = peers.peer(server.port());
        assertThat(failure(peer.cache().get("k"))).isInstanceOf(TierException.class);
        assertThat(failure(peer.tier().ping()))
                .isInstanceOf(TierException.class)
                .hasMessageContaining("redis://127.0.0.1:" + server.port())
                .hasMessageContaining("cannot be reached")
                .hasMessageContaining("Connection refused");

        server.startAgain();
        await().atMost(PATIENCE).untilAsserted(() -> store(peer, "k", "v"));
        assertThat(read(peer, "k")).isEqualTo("v");
        await().atMost(PATIENCE).until(() -> peer.cache().lastProofNanos() >= 0);
        assertThat(peer.heard()).containsExactly("gap");
    }

    @Test
    void callsFailAtOnceWhileTheServerIsAway() {
        Peer peer = peers.peer(server.port());
        store(peer, "k", "v");

        server.kill();

        await().atMost(PATIENCE)
                .until(() -> peer.cache().get("k").toCompletableFuture().isCompletedExceptionally());
        for (int i = 0; i < 1_000; i++) {
            CompletableFuture<?> call = peer.cache().get("k").toCompletableFuture();
            assertThat(call).isCompletedExceptionally();
        }
        assertThat(failure(peer.cache().invalidate(List.of("k"))))
                .isInstanceOf(TierException.class)
                .hasMessageContaining("not connected");
    }

    @Test
    void wrongPasswordIsToldFromAServerThatIsAway() {
        try (RedisServer locked = RedisServer.start("--requirepass", "sesame")) {
            for (String login : List.of(":wrong@", "default:wrong@", "")) {
                FarTier tier = peers.tier("redis://" + login + "127.0.0.1:" + locked.port());

                assertThat(failure(tier.ping()))
                        .as("login '%s'", login)
                        .isInstanceOf(TierException.class)
                        .hasMessageContaining("password")
                        .hasMessageContaining("127.0.0.1:" + locked.port())
                        .hasMessageNotContaining("wrong@");
            }
            done(peers.tier("redis://:sesame@127.0.0.1:" + locked.port() + "/1").ping());
            done(peers.tier("redis://default:sesame@127.0.0.1:" + locked.port()).ping());
        }
    }

    @Test
    void databaseThatDoesNotExistIsNamed() {
        assertThat(failure(peers.tier(server.uri() + "/99").ping()))
                .isInstanceOf(TierException.class)
                .hasMessageContaining("DB index");
    }

    @Test
    void hostThatDoesNotExistIsNamed() {
        assertThat(failure(peers.tier("redis://no-such-host.invalid").ping()))
                .isInstanceOf(TierException.class)
                .hasMessageContaining("no-such-host.invalid")
                .hasMessageContaining("cannot be reached");
    }

    @Test
    void otherServersAreToldFromRedis() throws IOException {
        try (ServerSocket web = answering("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")) {
            assertThat(failure(peers.tier("redis://127.0.0.1:" + web.getLocalPort())
                            .ping()))
                    .isInstanceOf(TierException.class)
                    .hasMessageContaining("not a Redis");
        }
    }

    @Test
    void silentServersAreToldFromThoseThatAreAway() throws IOException {
        try (ServerSocket mute = answering("")) {
            assertThat(failure(peers.tier("redis://127.0.0.1:" + mute.getLocalPort() + "?connect-timeout=200ms")
                            .ping()))
                    .isInstanceOf(TierException.class)
                    .hasMessageContaining("does not answer");
        }
    }

    @Test
    void serverThatClosesAtOnceIsReported() {
        try (FaultProxy proxy = server.proxy()) {
            proxy.refuse(true);

            assertThat(failure(peers.tier("redis://127.0.0.1:" + proxy.port()).ping()))
                    .isInstanceOf(TierException.class)
                    .hasMessageContaining("127.0.0.1:" + proxy.port())
                    .hasMessageContaining("closed the connection");
        }
    }

    @Test
    void hungServerLeavesCallsToTheTimeoutOfTheCallerAndIsUsedAgainAfterwards() {
        Peer peer = peers.peer(server.port());
        store(peer, "k", "v");

        server.pause();
        CompletableFuture<?> call = peer.cache().get("k").toCompletableFuture();
        assertThatThrownBy(() -> call.get(300, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        server.resume();

        assertThat(call).succeedsWithin(PATIENCE);
        assertThat(read(peer, "k")).isEqualTo("v");
    }

    @Test
    void commandsTowardsAHungServerAreLimitedInNumber() {
        Peer peer = peers.peer(server.port());
        store(peer, "k", "v");

        server.pause();
        List<String> many = IntStream.range(0, 20_000).mapToObj(i -> "k" + i).toList();
        List<CompletableFuture<?>> waiting = Stream.generate(
                        () -> peer.cache().getAll(many).toCompletableFuture())
                .limit(3)
                .collect(Collectors.toList());
        CompletableFuture<?> oneTooMany = peer.cache().getAll(many).toCompletableFuture();

        assertThat(oneTooMany).isCompletedExceptionally();
        assertThat(failure(oneTooMany)).isInstanceOf(TierException.class).hasMessageContaining("65536");
        server.resume();
        assertThat(Session.all(waiting)).succeedsWithin(PATIENCE);
        assertThat(read(peer, "k")).isEqualTo("v");
    }

    @Test
    void deadConnectionIsNoticedAndReplaced() {
        FakeTicker ticker = new FakeTicker();
        try (Peers slow = new Peers(new ManualScheduler(ticker), ticker);
                FaultProxy proxy = server.proxy()) {
            Peer peer = slow.peer(proxy.port());
            store(peer, "k", "v");
            proxy.blackOut();
            CompletableFuture<?> lost = peer.cache().get("k").toCompletableFuture();
            proxy.heal();

            ticker.advance(Duration.ofSeconds(8));

            assertThat(lost).failsWithin(PATIENCE);
            await().atMost(PATIENCE).untilAsserted(() -> {
                ticker.advance(Duration.ofMillis(100));
                assertThat(read(peer, "k")).isEqualTo("v");
            });
        }
    }

    @Test
    void scenario4LeaseDiesWithAServerThatRestartsEmpty() {
        Peer peer = peers.peer(server.port());
        String token = lease(peer, "k", 60_000);

        server.kill();
        server.startAgain();

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(done(peer.cache().fill("k", token, value("old"))))
                        .isFalse());
        assertThat(read(peer, "k")).isNull();
        store(peer, "k", "new");
        assertThat(read(peer, "k")).isEqualTo("new");
    }

    @Test
    void acknowledgedInvalidationsAreSentOnceMoreToAServerThatComesBackOlder() {
        Peer peer = peers.peer(server.port());
        Peer cleared = peers.peer(server.port(), "cleared");
        for (String key : List.of("removed", "written", "kept")) {
            store(peer, key, "old");
        }
        store(cleared, "k", "old");
        server.cli("SAVE");
        done(peer.cache().invalidate(List.of("removed")));
        done(peer.cache().beginWrite("written", "token", 10_000));
        assertThat(done(peer.cache().commitWrite("written", "token", value("new"))))
                .isTrue();
        done(cleared.cache().clear());

        server.kill();
        server.startAgain();

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(read(peer, "kept")).isEqualTo("old"));
        assertThat(read(peer, "removed")).isNull();
        assertThat(read(peer, "written")).isNull();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(read(cleared, "k")).isNull());
    }

    @Test
    void closedTierFailsCallsAndCloseIsIdempotent() {
        Peer peer = peers.peer(server.port());
        store(peer, "k", "v");

        peer.tier().close();
        peer.tier().close();

        assertThat(failure(peer.cache().get("k")))
                .isInstanceOf(TierException.class)
                .hasMessageContaining("closed");
        assertThat(failure(peer.tier().ping())).isInstanceOf(TierException.class);
    }

    @Test
    void slowNetworkIsOnlySlow() {
        try (FaultProxy proxy = server.proxy()) {
            proxy.delay(30);
            Peer peer = peers.peer(proxy.port());

            store(peer, "k", "v");

            assertThat(read(peer, "k")).isEqualTo("v");
        }
    }

    /** A server that says {@code answer} to whoever says something. */
    private ServerSocket answering(String answer) throws IOException {
        ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(
                () -> {
                    try {
                        while (!socket.isClosed()) {
                            Socket client = socket.accept();
                            answered.add(client);
                            if (client.getInputStream().read() >= 0) {
                                OutputStream out = client.getOutputStream();
                                out.write(answer.getBytes(StandardCharsets.US_ASCII));
                                out.flush();
                            }
                        }
                    } catch (IOException closed) { // the test is over
                        return;
                    }
                },
                "answering");
        thread.setDaemon(true);
        thread.start();
        return socket;
    }
}
