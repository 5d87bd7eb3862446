package dev.larder.benchmarks.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class TierServerTest {
    @Test
    void serverThatFailedComesBackOnItsPort() throws IOException {
        try (ServerProcess server = ServerProcess.memcached(64)) {
            server.fail();
            assertThatThrownBy(() -> connect(server.port())).isInstanceOf(IOException.class);

            server.heal();

            connect(server.port());
            assertThat(server.uri()).isEqualTo("memcached://127.0.0.1:" + server.port());
        }
    }

    @Test
    void folderComesBackWithAllItHeld() throws IOException {
        try (TierFolder server = new TierFolder()) {
            Path folder = Path.of(server.uri().substring("file:".length()));
            Files.createDirectories(folder);
            Files.writeString(folder.resolve("value"), "held");

            server.fail();
            assertThat(folder).isRegularFile();
            server.heal();

            assertThat(folder.resolve("value")).hasContent("held");
        }
    }

    private static void connect(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            assertThat(socket.isConnected()).isTrue();
        }
    }
}
