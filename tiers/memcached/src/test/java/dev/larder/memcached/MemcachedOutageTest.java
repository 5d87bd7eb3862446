package dev.larder.memcached;

import static dev.larder.memcached.Peers.done;
import static dev.larder.memcached.Peers.failure;
import static dev.larder.memcached.Peers.lease;
import static dev.larder.memcached.Peers.read;
import static dev.larder.memcached.Peers.store;
import static dev.larder.memcached.Peers.value;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.larder.failure.TierException;
import dev.larder.memcached.Peers.Peer;
import dev.larder.testkit.FakeTicker;
import dev.larder.testkit.FaultProxy;
import dev.larder.testkit.ManualScheduler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
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
import org.junit.jupiter.api.io.TempDir;

/** Servers that are away, hang, restart, want a login, are too old, or are none. */
class MemcachedOutageTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private MemcachedServer server;
    private Peers peers;

    /** Connections to servers of the test's own, and what was said on them. */
    private final List<Socket> answered = new CopyOnWriteArrayList<>();

    private final List<String> heard = new CopyOnWriteArrayList<>();

    @BeforeEach
    void start() {
        server = MemcachedServer.start();
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
        assertThat(failure(peer.cache().get("k")))
                .isInstanceOf(TierException.class)
                .hasMessageContaining("127.0.0.1:" + server.port());

        server.startAgain();
        await().atMost(PATIENCE).untilAsserted(() -> done(peer.tier().ping()));
        await().atMost(PATIENCE).until(() -> peer.cache().lastProofNanos() >= 0);
        store(peer, "k", "v");
        assertThat(read(peer, "k")).isEqualTo("v");
    }

    @Test
    void loginIsNeededTakenAndRefused(@TempDir Path directory) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path users = Files.writeString(directory.resolve("users"), "user:sesame\n");
        try (MemcachedServer locked = MemcachedServer.start("-Y", users.toString())) {
            String host = "127.0.0.1:" + locked.port();
            for (String login : List.of("", "user:wrong@", "other:sesame@")) {
                assertThat(failure(peers.tier("memcached://" + login + host).ping()))
                        .isInstanceOf(TierException.class)
                        .hasMessageContaining("refused the user or the password")
                        .hasMessageNotContaining("sesame");
            }
            done(peers.tier("memcached://user:sesame@" + host).ping());
        }
    }

    @Test
    void serverWithoutMetaCommandsIsRefusedWithTheVersionNeeded() throws IOException {
        for (String greeting : List.of("VERSION 1.5.22\r\n", "VERSION 1.6.12\r\n")) {
            try (ServerSocket old = answering(greeting)) {
                assertThat(failure(peers.tier("memcached://127.0.0.1:" + old.getLocalPort())
                                .ping()))
                        .isInstanceOf(TierException.class)
                        .hasMessageContaining("1.6.13 or later is needed");
            }
        }
    }

    @Test
    void proxyThatTellsAVersionAndTakesNoMetaCommandsIsRefusedAsSuch() throws IOException {
        try (ServerSocket proxy = answering("VERSION 1.6.31\r\n", "ERROR\r\n")) {
            assertThat(failure(peers.tier("memcached://127.0.0.1:" + proxy.getLocalPort())
                            .ping()))
                    .isInstanceOf(TierException.class)
                    .hasMessageContaining("it is a proxy");
        }
    }

    @Test
    void casNumbersAreRandomWhereTheServerLetsThemBe() throws IOException {
        try (ServerSocket newer = answering("VERSION 1.6.27\r\n", "MN\r\n")) {
            Peer peer = peers.peer(newer.getLocalPort());
            CompletableFuture<?> looked = peer.cache().get("k").toCompletableFuture();

            await().atMost(PATIENCE).until(() -> String.join("", heard).contains("ms test:things:gen"));
            assertThat(String.join("", heard)).containsPattern("ms test:things:gen \\d+ ME c T0 E[1-9][0-9]*\r\n");
            assertThat(looked).isNotCompletedExceptionally();
        }
    }

    @Test
    void hostThatDoesNotExistIsNamed() {
        assertThat(failure(peers.tier("memcached://no-such-host.invalid").ping()))
                .isInstanceOf(TierException.class)
                .hasMessageContaining("no-such-host.invalid")
                .hasMessageContaining("cannot be reached");
    }

    @Test
    void otherServersAreToldFromMemcached() throws IOException {
        try (ServerSocket web = answering("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")) {
            assertThat(failure(peers.tier("memcached://127.0.0.1:" + web.getLocalPort())
                            .ping()))
                    .isInstanceOf(TierException.class)
                    .hasMessageContaining("not a Memcached");
        }
    }

    @Test
    void silentServersAreToldFromThoseThatAreAway() throws IOException {
        try (ServerSocket mute = answering("")) {
            assertThat(failure(peers.tier("memcached://127.0.0.1:" + mute.getLocalPort() + "?connect-timeout=200ms")
                            .ping()))
                    .isInstanceOf(TierException.class)
                    .hasMessageContaining("does not answer");
        }
    }

    @Test
    void serverThatClosesAtOnceIsReported() {
        try (FaultProxy proxy = server.proxy()) {
            proxy.refuse(true);

            assertThat(failure(
                            peers.tier("memcached://127.0.0.1:" + proxy.port()).ping()))
                    .isInstanceOf(TierException.class)
                    .hasMessageContaining("127.0.0.1:" + proxy.port());
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
        FakeTicker ticker = new FakeTicker(); // no heartbeat comes before the last command
        try (Peers still = new Peers(new ManualScheduler(ticker), ticker)) {
            Peer peer = still.peer(server.port());
            store(peer, "k", "v");

            assertThatTheCommandAfterTheLastOneAllowedIsRefused(peer);
        }
    }

    private void assertThatTheCommandAfterTheLastOneAllowedIsRefused(Peer peer) {
        server.pause();
        List<String> many = IntStream.range(0, 4_999).mapToObj(i -> "k" + i).toList();
        List<CompletableFuture<?>> waiting = Stream.<CompletableFuture<?>>generate(
                        () -> peer.cache().getAll(many).toCompletableFuture())
                .limit(52)
                .toList();
        CompletableFuture<?> oneTooMany = peer.cache().getAll(many).toCompletableFuture();

        assertThat(failure(oneTooMany)).isInstanceOf(TierException.class).hasMessageContaining("262144");
        server.resume();
        assertThat(waiting).allSatisfy(call -> assertThat(call).succeedsWithin(PATIENCE));
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
            await().atMost(PATIENCE).ignoreExceptions().untilAsserted(() -> {
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

        await().atMost(PATIENCE).untilAsserted(() -> done(peer.cache().get("k")));
        assertThat(done(peer.cache().fill("k", token, value("old")))).isFalse();
        assertThat(read(peer, "k")).isNull();
        store(peer, "k", "new");
        assertThat(read(peer, "k")).isEqualTo("new");
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

    /** A server that says one of {@code answers} whenever something is said to it, and then that it lives and has nothing. */
    private ServerSocket answering(String... answers) throws IOException {
        ServerSocket socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        background(() -> {
            while (!socket.isClosed()) {
                Socket client = socket.accept();
                answered.add(client);
                background(() -> {
                    byte[] buffer = new byte[4_096];
                    int count = client.getInputStream().read(buffer);
                    for (int i = 0; count >= 0; i++) {
                        String commands = new String(buffer, 0, count, StandardCharsets.US_ASCII);
                        heard.add(commands);
                        String answer = i < answers.length ? answers[i] : aliveAndEmpty(commands);
                        client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                        count = client.getInputStream().read(buffer);
                    }
                });
            }
        });
        return socket;
    }

    /** What a server says that holds nothing, to the commands of one packet. */
    private static String aliveAndEmpty(String commands) {
        return commands.lines().map(MemcachedOutageTest::answer).collect(Collectors.joining());
    }

    private static String answer(String line) {
        String command = line.length() < 2 ? "" : line.substring(0, 2);
        return switch (command) {
            case "mn" -> "MN\r\n";
            case "mg" -> "EN\r\n";
            case "md" -> "NF\r\n";
            case "ms" -> "HD\r\n";
            default -> ""; // a value, or a command that this server leaves unanswered
        };
    }

    /** What a thread of the test's does until a socket is closed. */
    @FunctionalInterface
    private interface Talk {
        void talk() throws IOException;
    }

    private static void background(Talk talk) {
        Thread thread = new Thread(
                () -> {
                    try {
                        talk.talk();
                    } catch (IOException closed) { // the test is over
                        return;
                    }
                },
                "answering");
        thread.setDaemon(true);
        thread.start();
    }
}
