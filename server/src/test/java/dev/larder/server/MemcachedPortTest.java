package dev.larder.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.larder.server.config.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the port for clients of Memcached shares with the other one, and where it is not Memcached. */
class MemcachedPortTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static LarderServer start(String... directives) {
        return LarderServer.start(options(directives));
    }

    private static ServerOptions options(String... directives) {
        ServerOptions options = ServerOptions.standard().with("port", "0").with("memcached-port", "-1");
        for (int i = 0; i < directives.length; i += 2) {
            options = options.with(directives[i], directives[i + 1].split(" "));
        }
        return options;
    }

    @Test
    void bothProtocolsSeeTheSameStrings() throws IOException {
        try (LarderServer server = start();
                TextWire text = new TextWire(server.memcachedPort());
                Wire resp = new Wire(server.port())) {
            assertThat(text.ask("set a 7 0 5|hello|")).isEqualTo("STORED|");
            assertThat(resp.ask("GET", "a")).isEqualTo("$hello");
            assertThat(resp.ask("SET", "b", "12")).isEqualTo("+OK");
            assertThat(text.ask("incr b 1|get a b|")).isEqualTo("13|VALUE a 7 5|hello|VALUE b 0 2|13|END|");
            assertThat(resp.ask("SELECT", "1")).isEqualTo("+OK");
            assertThat(resp.ask("EXISTS", "a")).isEqualTo(":0");
        }
    }

    @Test
    void anotherTypeIsAMissToReadersAndNotAppendedTo() throws IOException {
        try (LarderServer server = start();
                TextWire text = new TextWire(server.memcachedPort());
                Wire resp = new Wire(server.port())) {
            resp.ask("HSET", "h", "f", "v");

            assertThat(text.ask("get h|mg h v N30|touch h 10|")).isEqualTo("END|EN|NOT_FOUND|");
            for (String refused : new String[] {
                "append h 0 0 1|x|", "prepend h 0 0 1|x|", "cas h 0 0 1 5|x|", "incr h 1|", "ma h N0|", "md h I|"
            }) {
                assertThat(text.ask(refused)).isEqualTo("SERVER_ERROR the key holds a value that is no string|");
            }
            assertThat(text.ask("add h 0 0 1|x|")).isEqualTo("NOT_STORED|");
            assertThat(resp.ask("HGET", "h", "f")).isEqualTo("$v");
            assertThat(text.ask("delete h|")).isEqualTo("DELETED|");
        }
    }

    @Test
    void changeByRedisClientReplacesTheCasNumber() throws IOException {
        try (LarderServer server = start();
                TextWire text = new TextWire(server.memcachedPort());
                Wire resp = new Wire(server.port())) {
            text.ask("set a 0 0 1|x|");
            String cas = text.ask("gets a|").replaceAll("VALUE a 0 1 (\\d+)\\|.*", "$1");

            resp.ask("SET", "a", "y");

            assertThat(text.ask("cas a 0 0 1 " + cas + "|z|")).isEqualTo("EXISTS|");
        }
    }

    @Test
    void pipelinedGetsAreAnsweredInOrder() throws IOException {
        try (LarderServer server = start();
                TextWire text = new TextWire(server.memcachedPort())) {
            text.ask("set a 0 0 1000|" + "x".repeat(1_000) + "|");

            String answer = text.ask("get a|get none|".repeat(500));

            assertThat(answer).isEqualTo(("VALUE a 0 1000|" + "x".repeat(1_000) + "|END|END|").repeat(500));
        }
    }

    @Test
    void requestsInPiecesOfOneByteAreAnsweredAlike() throws IOException {
        try (LarderServer server = start();
                TextWire text = new TextWire(server.memcachedPort())) {
            for (byte each : Wire.latin("set a 1 0 3\r\nabc\r\nmg a v f k\r\nmn\r\n")) {
                text.send(new byte[] {each});
            }
            assertThat(text.until("MN|")).isEqualTo("STORED|VA 3 f1 ka|abc|MN|");
        }
    }

    @Test
    void binaryClientIsToldInItsOwnProtocolAndHungUpOn() throws IOException {
        try (LarderServer server = start();
                TextWire text = new TextWire(server.memcachedPort())) {
            byte[] version = new byte[24];
            version[0] = (byte) 0x80;
            version[1] = 0x0b;
            text.send(version);

            String answer = text.until("nothing that comes");

            assertThat(answer).endsWith("the binary protocol is not spoken hereclosed");
            assertThat(answer.charAt(0)).isEqualTo('\u0081');
            assertThat(answer.charAt(7)).isEqualTo('\u0081');
        }
    }

    @Test
    void browserAndEndlessLineAreHungUpOn() throws IOException {
        try (LarderServer server = start()) {
            for (String said : new String[] {"GET / HTTP/1.1|Host: a|", "x".repeat(5_000)}) {
                try (TextWire text = new TextWire(server.memcachedPort())) {
                    text.send(said);
                    assertThat(text.until("nothing that comes")).isEqualTo("closed");
                }
            }
        }
    }

    @Test
    void strangerMustLogInWithTheCommonPassword() throws IOException {
        try (LarderServer server = start("requirepass", "secret");
                TextWire text = new TextWire(server.memcachedPort())) {
            text.send("get a|set x 0 0 14|default secret|mn|");

            assertThat(text.until("MN|")).isEqualTo("CLIENT_ERROR unauthenticated|STORED|MN|");
            assertThat(text.ask("get a|")).isEqualTo("END|");
        }
    }

    @Test
    void listedUsersMayLogIn(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("users"), "ann:first\nbob:second\n");
        try (LarderServer server = start("memcached-auth-file", file.toString());
                TextWire text = new TextWire(server.memcachedPort())) {
            text.send("set x 0 0 10|ann second|set x 0 0 9|ann first|mn|");

            assertThat(text.until("MN|")).isEqualTo("CLIENT_ERROR authentication failure|STORED|MN|");
            assertThat(text.ask("set a 0 0 1|x|get a|")).isEqualTo("STORED|VALUE a 0 1|x|END|");
        }
    }

    @Test
    void unusableFileOfUsersIsRefused(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("users"), "ann\n");

        assertThatThrownBy(() -> start("memcached-auth-file", file.toString()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("line 1");
        assertThatThrownBy(() ->
                        start("memcached-auth-file", folder.resolve("none").toString()))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("cannot be read");
    }

    @Test
    void valueBeyondTheLimitIsRefusedAndTheOldOneGoes() throws IOException {
        try (LarderServer server = start("memcached-max-item-size", "2kb");
                TextWire text = new TextWire(server.memcachedPort())) {
            text.ask("set a 0 0 1|x|");

            assertThat(text.ask("set a 0 0 2049|" + "x".repeat(2_049) + "|get a|"))
                    .isEqualTo("SERVER_ERROR object too large for cache|END|");
            assertThat(text.ask("set a 0 0 2048|" + "x".repeat(2_048) + "|append a 0 0 1|y|"))
                    .isEqualTo("STORED|NOT_STORED|");
        }
    }

    @Test
    void fullStoreSaysSoAndGoesOn() throws IOException {
        try (LarderServer server = start("maxmemory", "2mb", "maxmemory-policy", "noeviction");
                TextWire text = new TextWire(server.memcachedPort())) {
            String answer = "";
            for (int i = 0; i < 100 && !answer.startsWith("SERVER"); i++) {
                answer = text.ask("set k" + i + " 0 0 100000|" + "x".repeat(100_000) + "|");
            }

            assertThat(answer).isEqualTo("SERVER_ERROR out of memory storing object|");
            assertThat(text.ask("mg k0 s|")).isEqualTo("HD s100000|");
        }
    }

    @Test
    void connectionsOfBothPortsCountTogether() throws IOException {
        try (LarderServer server = start("maxclients", "2");
                TextWire text = new TextWire(server.memcachedPort());
                Wire resp = new Wire(server.port())) {
            assertThat(text.ask("")).isEmpty();
            assertThat(resp.ask("PING")).isEqualTo("+PONG");
            try (TextWire third = new TextWire(server.memcachedPort())) {
                assertThat(third.until("nothing that comes")).isEqualTo("ERROR Too many open connections|closed");
            }
            assertThat(resp.ask("CLIENT", "LIST")).contains("lib-name=memcached");
        }
    }

    @Test
    void idleClientIsEnded() throws IOException {
        try (LarderServer server = start("timeout", "1");
                TextWire text = new TextWire(server.memcachedPort())) {
            assertThat(text.ask("")).isEmpty();
            assertThat(text.until("nothing that comes")).isEqualTo("closed");
        }
    }

    @Test
    void clientThatDoesNotReadIsNotReadFrom() throws IOException {
        try (LarderServer server = start();
                TextWire greedy = new TextWire(server.memcachedPort());
                TextWire other = new TextWire(server.memcachedPort())) {
            other.ask("set a 0 0 100000|" + "x".repeat(100_000) + "|");
            greedy.send("get a|".repeat(1_000));

            for (int i = 0; i < 100; i++) {
                assertThat(other.ask("mg a s|")).isEqualTo("HD s100000|");
            }
            assertThat(greedy.socket().getInputStream().readNBytes(1_000_000)).hasSize(1_000_000);
        }
    }

    @Test
    void pausedCommandsWait() throws IOException {
        try (LarderServer server = start();
                TextWire text = new TextWire(server.memcachedPort());
                Wire resp = new Wire(server.port())) {
            resp.ask("CLIENT", "PAUSE", "1000000", "WRITE");
            text.send("set a 0 0 1|x|mn|");

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(resp.ask("CLIENT", "LIST"))
                            .matches("(?s).* qbuf=[1-9][0-9]* [^\n]*lib-name=memcached.*"));
            assertThat(resp.ask("EXISTS", "a")).isEqualTo(":0");
            assertThat(resp.ask("CLIENT", "UNPAUSE")).isEqualTo("+OK");

            assertThat(text.until("MN|")).isEqualTo("STORED|MN|");
        }
    }

    @Test
    void flushAtALaterTimeHappensThen() throws IOException {
        try (LarderServer server = start();
                TextWire text = new TextWire(server.memcachedPort())) {
            assertThat(text.ask("set a 0 0 1|x|flush_all 1|get a|")).isEqualTo("STORED|OK|VALUE a 0 1|x|END|");

            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(text.ask("get a|")).isEqualTo("END|"));
        }
    }

    @Test
    void timesAreSecondsOrATimeOfDay() throws IOException {
        AtomicLong now = new AtomicLong(1_700_000_000_000L);
        try (LarderServer server = LarderServer.start(options(), now::get);
                TextWire text = new TextWire(server.memcachedPort())) {
            text.ask("set a 0 30 1|x|set b 0 1700000020 1|y|set c 0 2592000 1|z|set d 0 2592001 1|w|");

            assertThat(text.ask("mg a t|mg b t|mg c t|mg d t|")).isEqualTo("HD t30|HD t20|HD t2592000|EN|");
            now.addAndGet(19_001);
            assertThat(text.ask("mg a t|mg b t|")).isEqualTo("HD t11|HD t1|");
            now.addAndGet(1_000);
            assertThat(text.ask("get a b|")).isEqualTo("VALUE a 0 1|x|END|");
            now.set(1_800_000_000_000L);
            assertThat(text.ask("get a b c|")).isEqualTo("END|");
        }
    }

    @Test
    void statisticsCountWhatHappened() throws IOException {
        try (LarderServer server = start();
                TextWire text = new TextWire(server.memcachedPort())) {
            text.ask("set a 0 0 1|1|get a|get b|incr a 1|incr b 1|delete a|delete a|touch a 1|");

            assertThat(text.ask("stats|"))
                    .contains("STAT get_hits 1|", "STAT get_misses 1|", "STAT incr_hits 1|", "STAT incr_misses 1|")
                    .contains("STAT delete_hits 1|", "STAT delete_misses 1|", "STAT touch_misses 1|", "STAT cmd_set 1|")
                    .endsWith("END|");
            assertThat(text.ask("stats reset|")).isEqualTo("RESET|");
            assertThat(text.ask("stats|")).contains("STAT get_hits 0|");
            for (String kind : new String[] {"items", "slabs", "sizes", "settings", "conns"}) {
                assertThat(text.ask("stats " + kind + "|")).endsWith("END|");
            }
            assertThat(text.ask("stats nonsense|shutdown|verbosity 1|version|"))
                    .isEqualTo("ERROR|ERROR: shutdown not enabled|OK|VERSION 1.6.18|");
            text.send("quit|");
            assertThat(text.until("nothing that comes")).isEqualTo("closed");
        }
    }

    @Test
    void limitOfMemoryCanBeChanged() throws IOException {
        try (LarderServer server = start();
                TextWire text = new TextWire(server.memcachedPort());
                Wire resp = new Wire(server.port())) {
            assertThat(text.ask("cache_memlimit 4|cache_memlimit 64|"))
                    .isEqualTo("MEMLIMIT_TOO_SMALL cannot set maxbytes to less than 8m|OK|");
            assertThat(resp.ask("CONFIG", "GET", "maxmemory")).contains("$67108864");
        }
    }
}
