package dev.larder.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.larder.server.config.SettingsException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server does about those who ask for too much. */
class LimitsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static LarderServer start(String... directives) {
        ServerOptions options = ServerOptions.standard().with("port", "0");
        for (int i = 0; i < directives.length; i += 2) {
            options = options.with(directives[i], directives[i + 1].split(" "));
        }
        return LarderServer.start(options);
    }

    private static String info(Wire wire, String name) throws IOException {
        String text = wire.ask("INFO");
        int at = text.indexOf("\n" + name + ":") + name.length() + 2;
        return text.substring(at, text.indexOf('\r', at));
    }

    @Test
    void connectionBeyondMaxclientsIsToldAndClosed() throws IOException {
        try (LarderServer server = start("maxclients", "2");
                Wire one = new Wire(server.port());
                Wire two = new Wire(server.port())) {
            assertThat(one.ask("PING")).isEqualTo("+PONG");
            assertThat(two.ask("PING")).isEqualTo("+PONG");
            try (Wire three = new Wire(server.port())) {
                assertThat(three.reply()).isEqualTo("-ERR max number of clients reached");
                assertThat(three.reply()).isEqualTo("closed");
            }
            two.socket().close();
            await().atMost(PATIENCE).untilAsserted(() -> {
                try (Wire next = new Wire(server.port())) {
                    assertThat(next.ask("PING")).isEqualTo("+PONG");
                }
            });
            assertThat(info(one, "rejected_connections")).isNotEqualTo("0");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST / HTTP/1.1\r\nHost: a\r\n\r\n", "GET a\r\nHost: localhost\r\n"})
    void httpRequestIsHungUpOn(String request) throws IOException {
        try (LarderServer server = start();
                Wire wire = new Wire(server.port())) {
            wire.send(Wire.latin(request + "SET led here\r\n"));
            String reply = wire.reply();
            assertThat(reply.equals("nil") ? wire.reply() : reply).isEqualTo("closed");
            try (Wire other = new Wire(server.port())) {
                assertThat(other.ask("EXISTS", "led")).isEqualTo(":0");
            }
        }
    }

    @Test
    void strangerMayNotAnnounceMuch() throws IOException {
        try (LarderServer server = start("requirepass", "secret")) {
            try (Wire wire = new Wire(server.port())) {
                wire.send(Wire.latin("*11\r\n"));
                assertThat(wire.reply()).isEqualTo("-ERR Protocol error: unauthenticated multibulk length");
                assertThat(wire.reply()).isEqualTo("closed");
            }
            try (Wire wire = new Wire(server.port())) {
                wire.send(Wire.latin("*1\r\n$16385\r\n"));
                assertThat(wire.reply()).isEqualTo("-ERR Protocol error: unauthenticated bulk length");
            }
            try (Wire wire = new Wire(server.port())) {
                assertThat(wire.ask("AUTH", "secret")).isEqualTo("+OK");
                assertThat(wire.ask("ECHO", "x".repeat(20_000))).hasSize(20_001);
            }
        }
    }

    @Test
    void repeatedWrongPasswordsAreAnsweredLate() throws IOException {
        try (LarderServer server = start("requirepass", "secret");
                Wire wire = new Wire(server.port())) {
            long begin = System.nanoTime();
            for (int i = 0; i < 5; i++) {
                assertThat(wire.ask("AUTH", "guess" + i)).startsWith("-WRONGPASS");
            }
            assertThat(wire.ask("AUTH", "secret")).isEqualTo("+OK");
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(250));
        }
    }

    @Test
    void clientThatDoesNotReadIsNotReadFrom() throws IOException {
        try (LarderServer server = start();
                Wire greedy = new Wire(server.port());
                Wire watcher = new Wire(server.port())) {
            assertThat(watcher.ask("SET", "big", "x".repeat(1 << 20))).isEqualTo("+OK");
            int asked = 2_000;
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < asked; i++) {
                        greedy.send(Wire.request("GET", "big"));
                    }
                } catch (IOException closed) {
                    return; // the test ended before
                }
            });

            await().atMost(PATIENCE).until(() -> obl(watcher) > 1 << 20);

            assertThat(obl(watcher)).isLessThan(8 << 20);
            assertThat(watcher.ask("PING")).isEqualTo("+PONG");
            for (int i = 0; i < 50; i++) {
                assertThat(greedy.reply()).hasSize((1 << 20) + 1);
            }
            greedy.socket().close();
            sender.interrupt();
        }
    }

    /** The most that waits to be sent to any connection. */
    private static long obl(Wire wire) throws IOException {
        long most = 0;
        for (String field : wire.ask("CLIENT", "LIST").split("[ \n]")) {
            most = field.startsWith("obl=") ? Math.max(most, Long.parseLong(field.substring(4))) : most;
        }
        return most;
    }

    @Test
    void listenerThatDoesNotReadIsEnded() throws IOException {
        try (LarderServer server = start("client-output-buffer-limit", "pubsub 4mb 0 0");
                Wire deaf = new Wire(server.port());
                Wire speaker = new Wire(server.port())) {
            deaf.socket().setReceiveBufferSize(8_192);
            deaf.ask("SUBSCRIBE", "news");
            String text = "x".repeat(1 << 20);
            assertThat(speaker.ask("PUBLISH", "news", text)).isEqualTo(":1");

            await().atMost(PATIENCE)
                    .until(() -> speaker.ask("PUBLISH", "news", text).equals(":0"));

            assertThat(info(speaker, "connected_clients")).isEqualTo("1");
        }
    }

    @Test
    void replyBeyondTheOutputLimitEndsItsConnection() throws IOException {
        try (LarderServer server = start("client-output-buffer-limit", "normal 2mb 0 0");
                Wire wire = new Wire(server.port());
                Wire other = new Wire(server.port())) {
            wire.ask("SET", "big", "x".repeat(1 << 20));
            assertThat(wire.ask("GET", "big")).hasSize((1 << 20) + 1);

            assertThat(wire.ask("MGET", "big", "big", "big")).isEqualTo("closed");

            assertThat(other.ask("PING")).isEqualTo("+PONG");
        }
    }

    @Test
    void replyThatCannotFitIsNotBegun() throws IOException {
        try (LarderServer server = start();
                Wire wire = new Wire(server.port());
                Wire other = new Wire(server.port())) {
            wire.ask("HSET", "h", "f", "v");
            assertThat(wire.elements("HRANDFIELD", "h", "-3000", "WITHVALUES")).hasSize(6000);
            assertThat(wire.ask("HRANDFIELD", "h", "-2923372036854775808", "WITHVALUES"))
                    .isEqualTo("closed");
            assertThat(other.ask("HRANDFIELD", "h", "-2")).isEqualTo("ARRAY[$f, $f]");
        }
    }

    @Test
    void requestBeyondTheQueryLimitIsRefused() throws IOException {
        try (LarderServer server = start("client-query-buffer-limit", "1mb", "proto-max-bulk-len", "1mb");
                Wire wire = new Wire(server.port())) {
            wire.send(Wire.latin("*4\r\n$4\r\nMSET\r\n$1000000\r\n" + "x".repeat(1_000_000) + "\r\n$1000000\r\n"
                    + "x".repeat(600_000)));

            assertThat(wire.reply()).startsWith("-ERR Protocol error: request of more than 1048576 bytes");
            assertThat(wire.reply()).isEqualTo("closed");
        }
    }

    @Test
    void valueBeyondTheLongestIsRefusedBeforeItComes() throws IOException {
        try (LarderServer server = start("proto-max-bulk-len", "1mb");
                Wire wire = new Wire(server.port())) {
            wire.send(Wire.latin("*3\r\n$3\r\nSET\r\n$1\r\na\r\n$1048577\r\n"));
            assertThat(wire.reply()).isEqualTo("-ERR Protocol error: invalid bulk length");
            assertThat(wire.reply()).isEqualTo("closed");
        }
    }

    @Test
    void keyBeyondTheLongestIsRefusedAndTheConnectionGoesOn() throws IOException {
        try (LarderServer server = start();
                Wire wire = new Wire(server.port())) {
            assertThat(wire.ask("SET", "k".repeat(40_000), "v")).startsWith("-ERR a key must have at most 32000 bytes");
            assertThat(wire.ask("PING")).isEqualTo("+PONG");
        }
    }

    @Test
    void idleConnectionIsEndedAndListenersStay() throws IOException {
        try (LarderServer server = start("timeout", "1");
                Wire idle = new Wire(server.port());
                Wire listener = new Wire(server.port())) {
            assertThat(idle.ask("PING")).isEqualTo("+PONG");
            listener.ask("SUBSCRIBE", "a");

            assertThat(idle.reply()).isEqualTo("closed");

            assertThat(listener.ask("PING")).isEqualTo("ARRAY[$pong, $]");
        }
    }

    @Test
    void writeWithoutRoomIsRefusedAndReadsGoOn() throws IOException {
        try (LarderServer server = start("maxmemory", "4mb", "maxmemory-policy", "noeviction");
                Wire wire = new Wire(server.port())) {
            String value = "x".repeat(100_000);
            List<String> replies = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                replies.add(wire.ask("SET", "k" + i, value));
            }

            assertThat(replies).contains("+OK", "-OOM command not allowed when used memory > 'maxmemory'.");
            assertThat(wire.ask("GET", "k0")).hasSize(100_001);
            assertThat(wire.ask("DEL", "k0", "k1", "k2")).isEqualTo(":3");
            assertThat(wire.ask("SET", "k0", "small")).isEqualTo("+OK");
        }
    }

    @Test
    void publicAddressNeedsAPassword() {
        assertThatThrownBy(() -> start("bind", "0.0.0.0"))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("set requirepass");
        start("bind", "0.0.0.0", "requirepass", "x").close();
        start("bind", "0.0.0.0", "protected-mode", "no").close();
    }

    @Test
    void pausedCommandsWaitAndThenRun() throws IOException {
        try (LarderServer server = start();
                Wire wire = new Wire(server.port());
                Wire other = new Wire(server.port())) {
            assertThat(other.ask("CLIENT", "PAUSE", "100000", "WRITE")).isEqualTo("+OK");
            wire.send(Wire.request("SET", "a", "b"));
            wire.send(Wire.request("GET", "a"));
            assertThat(other.ask("GET", "a")).isEqualTo("nil");
            assertThat(other.ask("CLIENT", "UNPAUSE")).isEqualTo("+OK");

            assertThat(wire.replies(2)).containsExactly("+OK", "$b");
        }
    }
}
