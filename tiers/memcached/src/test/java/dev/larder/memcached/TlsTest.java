package dev.larder.memcached;

import static dev.larder.memcached.Peers.done;
import static dev.larder.memcached.Peers.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.larder.failure.TierException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memcached over TLS. Debian's speaks none, so a proxy of the test's own does, with a certificate that nobody vouches for. */
class TlsTest {
    private static final String PASSWORD = "test-password";

    @TempDir
    private Path directory;

    @Test
    void certificateIsCheckedUnlessToldOtherwise() throws IOException, GeneralSecurityException {
        try (MemcachedServer server = MemcachedServer.start();
                SSLServerSocket proxy = proxy(server.port());
                Peers peers = new Peers()) {
            String uri = "memcacheds://127.0.0.1:" + proxy.getLocalPort();

            assertThat(failure(peers.tier(uri).ping()))
                    .isInstanceOf(TierException.class)
                    .hasMessageContaining("cannot be trusted");
            done(peers.tier(uri + "?verify=none").ping());
        }
    }

    private SSLServerSocket proxy(int target) throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(certificate())) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        SSLServerSocket socket = (SSLServerSocket)
                context.getServerSocketFactory().createServerSocket(0, 10, InetAddress.getLoopbackAddress());
        background(() -> {
            while (!socket.isClosed()) {
                Socket client = socket.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                background(() -> pump(client, server));
                background(() -> pump(server, client));
            }
        });
        return socket;
    }

    private Path certificate() throws IOException {
        Path file = directory.resolve("keys");
        Process keytool = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-alias",
                        "test",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        file.toString()))
                .inheritIO()
                .start();
        try {
            assertThat(keytool.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        return file;
    }

    private static void pump(Socket from, Socket to) throws IOException {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        }
    }

    /** What a thread of the proxy's does until a socket is closed. */
    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    private static void background(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException closed) { // the test is over, or one end hung up
                        return;
                    }
                },
                "tls-proxy");
        thread.setDaemon(true);
        thread.start();
    }
}
