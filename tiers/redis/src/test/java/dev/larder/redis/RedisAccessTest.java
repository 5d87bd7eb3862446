package dev.larder.redis;

import static dev.larder.redis.Peers.done;
import static dev.larder.redis.Peers.failure;
import static dev.larder.redis.Peers.read;
import static dev.larder.redis.Peers.store;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.larder.Cache;
import dev.larder.Larder;
import dev.larder.bus.TagChange;
import dev.larder.failure.TierException;
import dev.larder.redis.Peers.Peer;
import dev.larder.testkit.FreePorts;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ways into a real Redis: TLS, users, databases, Unix sockets; and what is said where there is no way in. */
class RedisAccessTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Peers peers = new Peers();

    @TempDir
    private Path folder;

    @TempDir
    private Path other;

    @AfterEach
    void close() {
        peers.close();
    }

    /** Two processes at {@code uri} share entries, and one hears on the bus what the other says. */
    private void assertWorks(String uri) {
        Peer one = peers.peer(uri, "things");
        Peer two = peers.peer(uri, "things");
        store(one, "k", "v");
        assertThat(read(two, "k")).isEqualTo("v");
        await().atMost(PATIENCE).until(() -> two.cache().lastProofNanos() >= 0);

        done(one.cache().invalidate(List.of("k")));
        done(one.cache().publishInvalidated(List.of("k")));
        done(Objects.requireNonNull(one.cache().tags()).change("t", TagChange.Kind.STALE));

        assertThat(read(two, "k")).isNull();
        await().atMost(PATIENCE).until(() -> two.heard().contains("key k"));
    }

    /** {@code ping} says why, and reads are answered by the origin all the same. */
    private void assertRefused(String uri, String... reasons) {
        assertThat(failure(peers.tier(uri).ping()))
                .isInstanceOf(TierException.class)
                .satisfies(failure -> assertThat(failure.getMessage()).contains(reasons))
                .hasMessageNotContaining("hunter2");
        try (Larder larder =
                Larder.builder().tiers("memory:1MiB", uri).namespace("test").open()) {
            Cache<String, String> cache = larder.cache("things", String.class, String.class)
                    .loader(key -> "from the origin")
                    .build();

            assertThat(cache.get("k")).isEqualTo("from the origin");
        }
    }

    private RedisServer tlsServer(Certificates made, Path certificate, Path key, String... more) {
        List<String> settings = List.of(
                "--tls-port", Integer.toString(FreePorts.next()),
                "--tls-cert-file", certificate.toString(),
                "--tls-key-file", key.toString(),
                "--tls-ca-cert-file", made.authority().toString());
        return RedisServer.start(
                Stream.concat(settings.stream(), List.of(more).stream()).toArray(String[]::new));
    }

    private static String tls(RedisServer server, String host) {
        return "rediss://" + host + ":"
                + server.cli("CONFIG", "GET", "tls-port").split("\n")[1];
    }

    @Test
    void serverThatAnAuthorityVouchesForIsTrustedByItsNameAndOthersAreNot() {
        Certificates made = new Certificates(folder);
        Path certificate = made.certificate("server", "IP:127.0.0.1");
        Certificates stranger = new Certificates(other);
        String trust = "?connect-timeout=20s&ca=" + made.authority();
        try (RedisServer server = tlsServer(made, certificate, made.key("server"), "--tls-auth-clients", "no")) {
            assertWorks(tls(server, "127.0.0.1") + trust);
            assertWorks(tls(server, "localhost") + trust + "&verify=ca");
            assertWorks(tls(server, "localhost") + "?connect-timeout=20s&verify=none");

            assertRefused(tls(server, "localhost") + trust, "cannot be trusted", "localhost");
            assertRefused(tls(server, "127.0.0.1"), "cannot be trusted", "certificate");
            assertRefused(tls(server, "127.0.0.1") + "?verify=ca", "cannot be trusted", "certificate");
            assertRefused(tls(server, "127.0.0.1") + "?ca=" + stranger.authority(), "cannot be trusted");
        }
    }

    @Test
    void serverThatWantsACertificateIsShownOne() {
        Certificates made = new Certificates(folder);
        Path certificate = made.certificate("server", "IP:127.0.0.1");
        Path ours = made.certificate("shop", "DNS:shop.test");
        try (RedisServer server = tlsServer(made, certificate, made.key("server"))) {
            String uri = tls(server, "127.0.0.1") + "?connect-timeout=20s&ca=" + made.authority();

            assertWorks(uri + "&certificate=" + ours + "&key=" + made.key("shop"));

            assertRefused(uri, "rediss://127.0.0.1");
        }
    }

    @Test
    void plainServerIsToldFromOneOfTls() {
        try (RedisServer server = RedisServer.start()) {
            assertRefused("rediss://127.0.0.1:" + server.port() + "?connect-timeout=500ms", "TLS");
        }
        Certificates made = new Certificates(folder);
        Path certificate = made.certificate("server", "IP:127.0.0.1");
        try (RedisServer server = tlsServer(made, certificate, made.key("server"), "--tls-auth-clients", "no")) {
            assertRefused(tls(server, "127.0.0.1").replace("rediss:", "redis:") + "?connect-timeout=500ms", "TLS");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis://:sesame@", "redis://default:sesame@"})
    void passwordOpensBothConnections(String login) {
        try (RedisServer server = RedisServer.start("--requirepass", "sesame")) {
            assertWorks(login + "127.0.0.1:" + server.port());
        }
    }

    @Test
    void databasesAreApartOnTheBusToo() {
        try (RedisServer server = RedisServer.start()) {
            Peer elsewhere = peers.peer(server.uri() + "/2", "things");
            assertWorks(server.uri() + "/3");

            assertThat(read(elsewhere, "k")).isNull();
            assertThat(elsewhere.heard()).doesNotContain("key k");
        }
    }

    /** Makes the user of the guide, with {@code more} rights. */
    private static void addUser(RedisServer server, String... more) {
        List<String> who = List.of("ACL", "SETUSER", "shop", "on", ">s@same", "resetkeys", "~test:*", "~{test:*");
        List<String> rights = List.of(
                "nocommands", "+@read", "+@write", "+@scripting", "+@connection", "-@dangerous", "+info", "+time");
        server.cli(Stream.of(who, rights, List.of(more)).flatMap(List::stream).toArray(String[]::new));
    }

    @Test
    void userThatMayNoMoreThanIsDocumentedIsEnough() {
        try (RedisServer server = RedisServer.start()) {
            addUser(server);
            String place = "127.0.0.1:" + server.port();

            assertWorks("redis://shop:s%40same@" + place);
            assertWorks("redis://shop:s%40same@" + place + "?near=tracking");

            assertRefused("redis://shop:hunter2@" + place, "password", place);
            assertRefused("redis://nobody:hunter2@" + place, "password", place);
        }
    }

    @Test
    void userOfAClusterNeedsItsMapOfSlotsToo() {
        try (RedisCluster cluster = RedisCluster.start()) {
            cluster.nodes().forEach(node -> addUser(node, "+cluster|slots"));
            String uri = cluster.uri().replace("//", "//shop:s%40same@");

            assertWorks(uri);
            assertWorks(uri + "?near=tracking");

            assertRefused(cluster.uri().replace("//", "//shop:hunter2@"), "password");
        }
    }

    @Test
    void clusterMayBeReachedByTls() {
        Certificates made = new Certificates(folder);
        Path certificate = made.certificate("server", "IP:127.0.0.1");
        try (RedisCluster cluster = RedisCluster.startWith(() -> List.of(
                "--tls-port", Integer.toString(FreePorts.next()),
                "--tls-cert-file", certificate.toString(),
                "--tls-key-file", made.key("server").toString(),
                "--tls-ca-cert-file", made.authority().toString(),
                "--tls-auth-clients", "no",
                "--tls-cluster", "yes"))) {
            String uri = tls(cluster.nodes().get(0), "127.0.0.1").replace("rediss:", "rediss-cluster:");
            String trust = "?connect-timeout=20s&ca=" + made.authority();

            assertWorks(uri + trust);
            assertWorks(uri + trust + "&near=tracking");

            assertRefused(uri + "?connect-timeout=2s", "cannot be trusted");
        }
    }

    @Test
    void userWithoutAKeyIsToldSo() {
        try (RedisServer server = RedisServer.start()) {
            server.cli("ACL", "SETUSER", "other", "on", ">sesame", "~other:*", "+@all");
            Peer peer = peers.peer("redis://other:sesame@127.0.0.1:" + server.port(), "things");

            assertThat(failure(peer.cache().get("k")))
                    .isInstanceOf(TierException.class)
                    .hasMessageContaining("NOPERM");
        }
    }

    @Test
    void userMayComeThroughAUnixSocket() {
        Path socket = folder.resolve("redis.sock");
        try (RedisServer server = RedisServer.start("--unixsocket", socket.toString())) {
            addUser(server);

            assertWorks("redis-socket://shop:s%40same@" + socket);
            assertWorks("redis-socket://shop:s%40same@" + socket + "?near=tracking");

            assertRefused("redis-socket://shop:hunter2@" + socket, "password");
        }
    }

    @Test
    void unixSocketIsAWayLikeAnyOther() {
        Path socket = folder.resolve("redis.sock");
        try (RedisServer server = RedisServer.start("--unixsocket", socket.toString(), "--requirepass", "sesame")) {
            assertWorks("redis-socket://:sesame@" + socket + "?database=1");

            assertRefused("redis-socket://:hunter2@" + socket, "password");
            server.kill();
            assertRefused("redis-socket://:hunter2@" + socket, "cannot be reached", "Connection refused");
        }
        assertRefused("redis-socket://" + folder.resolve("none.sock"), "cannot be reached", "none.sock", "no socket");
    }
}
