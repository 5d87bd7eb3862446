package dev.larder.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.larder.server.config.SettingsException;
import dev.larder.server.net.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Pipelines, transactions and messages over several connections and event loops. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConnectionsTest {
    private LarderServer server;

    @BeforeAll
    void start() {
        server = LarderServer.start(ServerOptions.standard().with("port", "0").with("io-threads", "3"));
    }

    @AfterAll
    void stop() {
        server.close();
    }

    @Test
    void serverThatEndsEndsItsConnections() throws IOException {
        List<Wire> clients = new ArrayList<>();
        try (LarderServer own = LarderServer.start(ServerOptions.standard().with("port", "0"))) {
            for (int i = 0; i < 20; i++) {
                Wire client = new Wire(own.port());
                clients.add(client);
                assertThat(client.ask("PING")).isEqualTo("+PONG");
            }
        }
        for (Wire client : clients) {
            assertThat(client.socket().getInputStream().read()).isEqualTo(-1);
            client.close();
        }
    }

    @Test
    void whoBreaksOffInTheMidstOfARequestIsForgotten() throws IOException {
        try (Wire wire = new Wire(server.port())) {
            for (int i = 0; i < 100; i++) {
                Wire broken = new Wire(server.port());
                broken.ask("CLIENT", "SETNAME", "broken");
                broken.send(Wire.latin("*3\r\n$3\r\nSET\r\n$1\r\na\r\n$100000\r\nhalf of it"));
                broken.socket().setSoLinger(true, 0); // it is reset, not ended
                broken.close();
            }

            await().atMost(30, TimeUnit.SECONDS)
                    .until(() -> !wire.ask("CLIENT", "LIST").contains("name=broken"));
        }
    }

    @Test
    void pipelineMayBeCutAnywhere() throws IOException {
        ByteArrayOutputStream pipeline = new ByteArrayOutputStream();
        pipeline.writeBytes(Wire.request("SET", "cut", "a value\r\n$1\r\n"));
        pipeline.writeBytes(Wire.request("GET", "cut"));
        pipeline.writeBytes(Wire.latin("PING\r\nECHO \"x y\"\r\n"));
        pipeline.writeBytes(Wire.request("HSET", "cuth", "f", ""));
        pipeline.writeBytes(Wire.request("MULTI"));
        pipeline.writeBytes(Wire.request("HGETALL", "cuth"));
        pipeline.writeBytes(Wire.request("EXEC"));
        pipeline.writeBytes(Wire.request("DEL", "cuth"));
        byte[] bytes = pipeline.toByteArray();
        try (Wire wire = new Wire(server.port())) {
            for (int cut = 1; cut < bytes.length; cut++) {
                wire.send(java.util.Arrays.copyOf(bytes, cut));
                wire.socket().getOutputStream().flush();
                wire.send(java.util.Arrays.copyOfRange(bytes, cut, bytes.length));

                assertThat(wire.replies(9))
                        .as("cut at %d", cut)
                        .containsExactly(
                                "+OK",
                                "$a value\r\n$1\r\n",
                                "+PONG",
                                "$x y",
                                ":1",
                                "+OK",
                                "+QUEUED",
                                "ARRAY[ARRAY[$f, $]]",
                                ":1");
            }
        }
    }

    @Test
    void longPipelineWithLargeValuesIsAnsweredInOrder() throws IOException {
        try (Wire wire = new Wire(server.port())) {
            ByteArrayOutputStream pipeline = new ByteArrayOutputStream();
            for (int i = 0; i < 300; i++) {
                pipeline.writeBytes(Wire.request("SET", "p" + i % 7, (i + "-").repeat(1 + i * 37 % 20_000)));
                pipeline.writeBytes(Wire.request("STRLEN", "p" + i % 7));
                pipeline.writeBytes(Wire.request("GET", "p" + i % 7));
            }
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    wire.send(pipeline.toByteArray());
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            for (int i = 0; i < 300; i++) {
                String value = (i + "-").repeat(1 + i * 37 % 20_000);
                assertThat(wire.replies(3)).containsExactly("+OK", ":" + value.length(), "$" + value);
            }
            sender.interrupt();
        }
    }

    @Test
    void transactionsOfManyConnectionsLoseNoStep() throws IOException, InterruptedException, ExecutionException {
        int steps = 150;
        int connections = 6;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> all = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                all.add(threads.submit(() -> raise(steps)));
            }
            for (Future<Integer> each : all) {
                assertThat(each.get()).isEqualTo(steps);
            }
        }
        try (Wire wire = new Wire(server.port())) {
            String sum = "$" + steps * connections;
            assertThat(wire.ask("MGET", "one", "other")).isEqualTo("ARRAY[" + sum + ", " + sum + "]");
        }
    }

    /** Raises two keys by read, watch and transaction; how many of the transactions went through. */
    private int raise(int steps) throws IOException {
        int done = 0;
        try (Wire wire = new Wire(server.port())) {
            while (done < steps) {
                wire.ask("WATCH", "one", "other");
                String one = wire.ask("GET", "one");
                long next = one.equals("nil") ? 1 : Long.parseLong(one.substring(1)) + 1;
                String reply = wire.ask("MULTI");
                assertThat(reply).isEqualTo("+OK");
                wire.ask("SET", "one", Long.toString(next));
                wire.ask("SET", "other", Long.toString(next));
                wire.ask("DBSIZE");
                done += wire.ask("EXEC").equals("nil") ? 0 : 1;
            }
        }
        return done;
    }

    @Test
    void msetIsSeenAsAWhole() throws IOException, InterruptedException, ExecutionException {
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                Wire reader = new Wire(server.port())) {
            reader.ask("MSET", "ma", "0", "mb", "0", "mc", "0");
            Future<?> writing = threads.submit(() -> {
                try (Wire writer = new Wire(server.port())) {
                    for (int i = 0; i < 2_000; i++) {
                        writer.ask("MSET", "ma", "" + i, "mb", "" + i, "mc", "" + i);
                    }
                }
                return null;
            });
            while (!writing.isDone()) {
                String[] values = reader.ask("MGET", "mc", "ma", "mb").split("[\\[\\], ]+");
                assertThat(values[1]).isEqualTo(values[2]).isEqualTo(values[3]);
            }
            writing.get();
        }
    }

    @Test
    void messagesReachListenersOfAllLoopsInOrder() throws IOException {
        List<Wire> listeners = new ArrayList<>();
        try (Wire speaker = new Wire(server.port())) {
            for (int i = 0; i < 6; i++) {
                Wire listener = new Wire(server.port());
                listeners.add(listener);
                if (i % 2 == 0) {
                    listener.ask("HELLO", "3");
                }
                listener.ask("SUBSCRIBE", "news");
                listener.ask("PSUBSCRIBE", "n[aeiou]ws");
            }
            for (int i = 0; i < 100; i++) {
                assertThat(speaker.ask("PUBLISH", "news", "m" + i)).isEqualTo(":12");
            }
            for (int i = 0; i < 6; i++) {
                String kind = i % 2 == 0 ? "PUSH" : "ARRAY";
                for (int j = 0; j < 100; j++) {
                    assertThat(listeners.get(i).replies(2))
                            .containsExactly(
                                    kind + "[$message, $news, $m" + j + "]",
                                    kind + "[$pmessage, $n[aeiou]ws, $news, $m" + j + "]");
                }
            }
            for (Wire listener : listeners) {
                listener.socket().close();
            }
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> speaker.ask("PUBSUB", "NUMSUB", "news").equals("ARRAY[$news, :0]"));
        }
    }

    @Test
    void connectionIsListedAndKilledByNumber() throws IOException {
        try (Wire wire = new Wire(server.port());
                Wire other = new Wire(server.port())) {
            other.ask("CLIENT", "SETNAME", "victim");
            other.ask("CLIENT", "SETINFO", "LIB-NAME", "test");
            String id = other.ask("CLIENT", "ID").substring(1);
            assertThat(wire.ask("CLIENT", "LIST", "ID", id)).contains("name=victim", "lib-name=test", "cmd=client|id");

            assertThat(wire.ask("CLIENT", "KILL", "ID", id)).isEqualTo(":1");

            assertThat(other.reply()).isEqualTo("closed");
        }
    }

    @Test
    void fieldsExpireByThemselves() throws IOException {
        try (Wire wire = new Wire(server.port())) {
            wire.ask("HSET", "fe", "a", "1", "b", "2", "c", "3");

            assertThat(wire.ask("HEXPIRE", "fe", "10000", "FIELDS", "3", "a", "none", "b"))
                    .isEqualTo("ARRAY[:1, :-2, :1]");
            assertThat(wire.ask("HTTL", "fe", "FIELDS", "3", "a", "c", "x")).isEqualTo("ARRAY[:10000, :-1, :-2]");
            assertThat(wire.ask("HEXPIRE", "fe", "20000", "LT", "FIELDS", "1", "a"))
                    .isEqualTo("ARRAY[:0]");
            assertThat(wire.ask("HPERSIST", "fe", "FIELDS", "2", "a", "c")).isEqualTo("ARRAY[:1, :-1]");
            assertThat(wire.ask("HEXPIRE", "fe", "0", "FIELDS", "1", "c")).isEqualTo("ARRAY[:2]");
            assertThat(wire.ask("HPEXPIRE", "fe", "1", "FIELDS", "1", "b")).isEqualTo("ARRAY[:1]");
            assertThat(wire.ask("HEXPIRE", "fe", "1", "FIELDS", "2", "b")).startsWith("-ERR The `numfields`");
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> wire.ask("HGETALL", "fe").equals("ARRAY[$a, $1]"));
            assertThat(wire.ask("HTTL", "none", "FIELDS", "1", "a")).isEqualTo("ARRAY[:-2]");
        }
    }

    @Test
    void keyExpiresUnread() throws IOException {
        try (Wire wire = new Wire(server.port())) {
            wire.ask("SELECT", "9");
            wire.ask("SET", "short", "x", "PX", "20");
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> wire.ask("DBSIZE").equals(":0"));
            assertThat(wire.ask("GET", "short")).isEqualTo("nil");
        }
    }

    @Test
    void scanMeetsWhatStaysExactlyOnce() throws IOException {
        try (Wire wire = new Wire(server.port())) {
            wire.ask("SELECT", "8");
            for (int i = 0; i < 500; i++) {
                wire.ask("SET", "scan" + i, "x");
            }
            List<String> seen = new ArrayList<>();
            String cursor = "0";
            do {
                String reply = wire.ask("SCAN", cursor, "COUNT", "17", "MATCH", "scan*", "TYPE", "string");
                String[] words = reply.replaceAll("ARRAY|[\\[\\]$,]", "").split(" ");
                cursor = words[0];
                for (int i = 1; i < words.length; i++) {
                    seen.add(words[i]);
                }
                wire.ask("SET", "other" + seen.size(), "x");
            } while (!cursor.equals("0"));

            assertThat(seen.stream().filter(each -> !each.isEmpty()))
                    .hasSize(500)
                    .doesNotHaveDuplicates();
        }
    }

    private static LarderServer started(String transport, ServerOptions options) {
        String before = System.setProperty(Transport.PROPERTY, transport);
        try {
            return LarderServer.start(options);
        } finally {
            if (before == null) {
                System.clearProperty(Transport.PROPERTY);
            } else {
                System.setProperty(Transport.PROPERTY, before);
            }
        }
    }

    @Test
    void transportThatIsNoneIsRefused() {
        ServerOptions options = ServerOptions.standard().with("port", "0");
        assertThatThrownBy(() -> started("pigeon", options))
                .isInstanceOf(SettingsException.class)
                .hasMessage("larder.server.transport must be io_uring, epoll or nio but was 'pigeon'");
    }

    @ParameterizedTest
    @EnumSource(Transport.class)
    void unixSocketHasItsModeFromTheStart(Transport transport, @TempDir Path directory) throws IOException {
        assumeTrue(transport.isAvailable(), () -> transport + " does not work on this machine");
        Path path = directory.resolve("larder.sock");
        try (LarderServer other = started(
                transport.word(), ServerOptions.standard().with("port", "0").with("unixsocket", path.toString()))) {
            assertThat(other.port()).isZero();
            assertThat(java.nio.file.Files.getPosixFilePermissions(path)).hasSize(3);
            Process client = new ProcessBuilder("redis-cli", "-s", path.toString(), "PING")
                    .redirectErrorStream(true)
                    .start();
            assertThat(new String(client.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8))
                    .isEqualTo("PONG\n");
        }
    }

    @Test
    void manyStartAndEndInOneProcess() throws IOException {
        for (int i = 0; i < 3; i++) {
            try (LarderServer other =
                            LarderServer.start(ServerOptions.standard().with("port", "0"));
                    Wire wire = new Wire(other.port())) {
                assertThat(wire.ask("DBSIZE")).isEqualTo(":0");
                assertThat(wire.ask("SET", "a", "b")).isEqualTo("+OK");
            }
        }
    }
}
