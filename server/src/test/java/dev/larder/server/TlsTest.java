package dev.larder.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.larder.server.config.SettingsException;
import dev.larder.server.warm.Bound;
import dev.larder.server.warm.Peer;
import dev.larder.server.warm.PeerTls;
import dev.larder.server.warm.Summary;
import dev.larder.server.warm.Warmup;
import dev.larder.server.warm.Wish;
import dev.larder.testkit.FreePorts;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SslOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Encrypted connections, with certificates that the test makes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TlsTest {
    @TempDir
    static Path folder;

    @BeforeAll
    void makeCertificates() throws Exception {
        openssl("authority", "/CN=authority", List.of());
        for (String name : List.of("server", "second", "client")) {
            openssl(
                    name,
                    "/CN=" + name,
                    List.of(
                            "-CA",
                            path("authority.pem"),
                            "-CAkey",
                            path("authority.key"),
                            "-addext",
                            "subjectAltName=IP:127.0.0.1,DNS:localhost",
                            "-addext",
                            "basicConstraints=critical,CA:FALSE"));
        }
        openssl("stranger", "/CN=stranger", List.of());
    }

    private String path(String file) {
        return folder.resolve(file).toString();
    }

    private void openssl(String file, String subject, List<String> more) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl", "req", "-x509", "-nodes", "-days", "2"));
        command.addAll(List.of("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-subj", subject));
        command.addAll(List.of("-keyout", path(file + ".key"), "-out", path(file + ".pem")));
        command.addAll(more);
        said(command);
    }

    private static String said(List<String> command) throws Exception {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return said.strip();
    }

    private ServerOptions options(String whose) {
        return ServerOptions.standard()
                .with("port", "0")
                .with("maxmemory", "16mb")
                .with("tls-port", Integer.toString(FreePorts.next()))
                .with("tls-cert-file", path(whose + ".pem"))
                .with("tls-key-file", path(whose + ".key"));
    }

    private String cli(LarderServer server, String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("redis-cli", "-p", Integer.toString(server.tlsPort()), "--tls"));
        command.addAll(List.of("--cacert", path("authority.pem")));
        command.addAll(List.of(words));
        return said(command);
    }

    @Test
    void redisCliAndLettuceSpeakToItEncrypted() throws Exception {
        try (LarderServer server = LarderServer.start(options("server").with("tls-auth-clients", "no"))) {
            assertThat(cli(server, "SET", "a", "b")).isEqualTo("OK");

            RedisURI uri = RedisURI.Builder.redis("localhost", server.tlsPort())
                    .withSsl(true)
                    .build();
            try (RedisClient client = RedisClient.create(uri)) {
                client.setOptions(ClientOptions.builder()
                        .sslOptions(SslOptions.builder()
                                .trustManager(folder.resolve("authority.pem").toFile())
                                .build())
                        .build());
                try (StatefulRedisConnection<String, String> connection = client.connect()) {
                    assertThat(connection.sync().get("a")).isEqualTo("b");
                    String large = "x".repeat(3_000_000);
                    connection.sync().set("large", large);
                    assertThat(connection.sync().get("large")).isEqualTo(large);
                    List<RedisFuture<String>> answers = new ArrayList<>();
                    for (int i = 0; i < 2_000; i++) {
                        answers.add(connection.async().set("k" + i, "v".repeat(i)));
                    }
                    assertThat(answers)
                            .allSatisfy(each ->
                                    assertThat(each.get(30, TimeUnit.SECONDS)).isEqualTo("OK"));
                    assertThat(connection.sync().get("k1999")).hasSize(1_999);
                }
            }
            assertThat(server.port()).isZero();
        }
    }

    @Test
    void serverIsFilledFromAnotherOneOverTls() throws Exception {
        SSLSocketFactory known =
                PeerTls.of(folder.resolve("authority.pem"), folder.resolve("client.pem"), folder.resolve("client.key"));
        SSLSocketFactory stranger = PeerTls.of(folder.resolve("stranger.pem"), null, null);
        Wish all = new Wish(0, "", Bound.NONE, Bound.NONE);
        try (LarderServer from = LarderServer.start(options("server").with("tls-ca-cert-file", path("authority.pem")));
                LarderServer to = LarderServer.start(ServerOptions.standard().with("port", "0"))) {
            Peer secure = Peer.at("localhost:" + from.tlsPort());
            Peer plain = Peer.at("127.0.0.1:" + to.port());
            cli(from, "--cert", path("client.pem"), "--key", path("client.key"), "SET", "a", "b");

            Summary copied = new Warmup(secure.over(known), plain, all, (step, done, total) -> {}).run();
            Summary refused = new Warmup(secure.over(stranger), plain, all, (step, done, total) -> {}).run();

            assertThat(copied.counts().copied()).as(copied.why()).isEqualTo(1);
            assertThat(refused.why()).startsWith("localhost:" + from.tlsPort() + " cannot be spoken to over TLS");
        }
    }

    @Test
    void clientsShowACertificateWhereTheyMust() throws Exception {
        try (LarderServer server =
                LarderServer.start(options("server").with("tls-ca-cert-file", path("authority.pem")))) {
            assertThat(cli(server, "PING")).doesNotContain("PONG");
            assertThat(cli(server, "--cert", path("stranger.pem"), "--key", path("stranger.key"), "PING"))
                    .doesNotContain("PONG");
            assertThat(cli(server, "--cert", path("client.pem"), "--key", path("client.key"), "PING"))
                    .isEqualTo("PONG");
        }
        try (LarderServer server = LarderServer.start(options("server")
                .with("tls-ca-cert-file", path("authority.pem"))
                .with("tls-auth-clients", "optional"))) {
            assertThat(cli(server, "PING")).isEqualTo("PONG");
        }
    }

    @Test
    void aNewCertificateIsTakenWithoutAStart() throws Exception {
        Path certificate = folder.resolve("live.pem");
        Path key = folder.resolve("live.key");
        Files.copy(folder.resolve("server.pem"), certificate);
        Files.copy(folder.resolve("server.key"), key);
        try (LarderServer server = LarderServer.start(options("live").with("tls-auth-clients", "no"))) {
            assertThat(shown(server)).contains("CN=server");
            String open = path("live.pem");

            Files.copy(folder.resolve("second.pem"), certificate, StandardCopyOption.REPLACE_EXISTING);
            Files.copy(folder.resolve("second.key"), key, StandardCopyOption.REPLACE_EXISTING);
            assertThat(cli(server, "CONFIG", "SET", "tls-cert-file", open)).isEqualTo("OK");
            assertThat(shown(server)).contains("CN=second");

            Files.writeString(certificate, "no certificate");
            assertThat(cli(server, "CONFIG", "SET", "tls-cert-file", open)).contains("CONFIG SET failed");
            assertThat(shown(server)).contains("CN=second");
        }
    }

    private static String shown(LarderServer server) throws Exception {
        List<String> names = new ArrayList<>();
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(
                null,
                new TrustManager[] {
                    new X509TrustManager() {
                        @Override
                        public void checkClientTrusted(X509Certificate[] chain, String type) {
                            // none comes
                        }

                        @Override
                        public void checkServerTrusted(X509Certificate[] chain, String type) {
                            names.add(chain[0].getSubjectX500Principal().getName());
                        }

                        @Override
                        public X509Certificate[] getAcceptedIssuers() {
                            return new X509Certificate[0];
                        }
                    }
                },
                null);
        try (SSLSocket socket = (SSLSocket)
                context.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), server.tlsPort())) {
            socket.startHandshake();
        }
        return names.toString();
    }

    @Test
    void whatIsNotEncryptedIsHungUpOn() throws Exception {
        try (LarderServer server = LarderServer.start(options("server").with("tls-auth-clients", "no"));
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.tlsPort())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write("PING\r\nPING\r\n".getBytes(StandardCharsets.US_ASCII));

            byte[] answer = socket.getInputStream().readNBytes(100);
            assertThat(new String(answer, StandardCharsets.ISO_8859_1)).doesNotContain("PONG");
            assertThat(cli(server, "PING")).isEqualTo("PONG");
        } catch (IOException reset) {
            assertThat(reset).hasMessageContaining("reset");
        }
    }

    @Test
    void thePlainPortIsThereBesideIt() throws Exception {
        ServerOptions both =
                options("server").with("tls-auth-clients", "no").with("port", Integer.toString(FreePorts.next()));
        try (LarderServer server = LarderServer.start(both);
                Wire wire = new Wire(server.port())) {
            assertThat(wire.ask("SET", "a", "b")).isEqualTo("+OK");
            assertThat(cli(server, "GET", "a")).isEqualTo("b");
        }
    }

    @Test
    void whatCannotBeIsRefusedAtTheStart() {
        assertThatThrownBy(() -> LarderServer.start(options("server")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("tls-ca-cert-file or tls-ca-cert-dir must be given");
        assertThatThrownBy(() -> LarderServer.start(options("missing").with("tls-auth-clients", "no")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("tls-cert-file must be a file that can be read but was");
        assertThatThrownBy(() -> LarderServer.start(
                        options("server").with("tls-auth-clients", "no").with("tls-protocols", "TLSv1")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("tls-protocols may be TLSv1.2 and TLSv1.3");
        assertThatThrownBy(() -> LarderServer.start(ServerOptions.standard()
                        .with("port", "0")
                        .with("tls-port", Integer.toString(FreePorts.next()))))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("tls-cert-file and tls-key-file must be given");
    }
}
